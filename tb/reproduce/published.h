#pragma once
// What was published of the chips, row by row, and how the model's figure is had.
//
// Sources    JETCAS 2019 (doi 10.1109/JETCAS.2019.2910232), its preprint (arXiv 1807.07928), JSSC
//            2017 (doi 10.1109/JSSC.2016.2616357). Cycles are clock / inferences per second.

#include <functional>
#include <string>
#include <vector>

#include "tb/reproduce/experiment.h"

namespace uvea::tb {

struct PublishedRow {
  Topic topic;
  std::string what;
  std::string unit;
  double published = 0;
  const char* source = "";
  std::vector<std::string> needs;  ///< experiments
  std::function<double(const FiguresByKey&)> model;
};
std::vector<PublishedRow> published_rows();

}  // namespace uvea::tb
