#pragma once
// report.html: the page of uvea report, in the folder of a run.

#include <string>
#include <vector>

namespace uvea::tb {

/// The empty page that the build made (sw/report/page), as a text. In this order: in the folder page/
/// below the folder that the environment variable UVEA_DATA names, in that of an installation that
/// the program is in, beside the program in its build folder, where it was configured to be
/// installed. Throws UserError, saying what to install, when none is there.
std::string empty_page();

/// Writes report.html of the runs beside the first one's results.json; its path. Throws UserError.
std::string write_report(const std::vector<std::string>& runs);

}  // namespace uvea::tb
