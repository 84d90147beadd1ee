// uvea report: runs as a page for a browser.

#include "tb/app/commands.h"
#include "tb/app/report_page.h"
#include "tb/app/standard_output.h"

namespace uvea::tb {

int report_command(const Arguments& arguments) {
  const std::string file = write_report(arguments.runs);
  if (!arguments.quiet) print_text(file + "\n");
  return 0;
}

}  // namespace uvea::tb
