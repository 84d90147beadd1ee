#include "tb/tests/outside/tflite_library.h"

#include <dlfcn.h>

#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace uvea::tb {

using ErrorReporter = void (*)(void*, const char*, std::va_list);

// Opaque handles are void* here; a status is 0 when all went well.
struct TfliteLibrary::Api {
  const char* (*version)();
  void* (*model_create)(const void*, std::size_t);
  void (*model_delete)(void*);
  void* (*options_create)();
  void (*options_delete)(void*);
  void (*options_set_error_reporter)(void*, ErrorReporter, void*);
  void (*options_set_num_threads)(void*, std::int32_t);
  void* (*interpreter_create)(const void*, const void*);
  void (*interpreter_delete)(void*);
  int (*allocate_tensors)(void*);
  int (*invoke)(void*);
  std::int32_t (*input_count)(const void*);
  std::int32_t (*output_count)(const void*);
  void* (*input_tensor)(const void*, std::int32_t);
  const void* (*output_tensor)(const void*, std::int32_t);
  std::size_t (*byte_size)(const void*);
  int (*copy_from_buffer)(void*, const void*, std::size_t);
  int (*copy_to_buffer)(const void*, void*, std::size_t);
};

namespace {

template <typename Function>
void find(void* handle, const char* name, Function& function) {
  void* symbol = dlsym(handle, name);
  if (symbol == nullptr) {
    throw std::runtime_error(std::string("TensorFlow Lite library: no function ") + name);
  }
  function = reinterpret_cast<Function>(symbol);
}

void collect_error(void* text, const char* format, std::va_list args) {
  std::array<char, 512> line{};
  std::vsnprintf(line.data(), line.size(), format, args);
  auto& all = *static_cast<std::string*>(text);
  all += all.empty() ? "" : "; ";
  all += line.data();
}

}  // namespace

TfliteLibrary::TfliteLibrary(const std::string& path)
    : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)), api_(std::make_unique<Api>()) {
  if (handle_ == nullptr)
    throw std::runtime_error(std::string("TensorFlow Lite library: ") + dlerror());
  find(handle_, "TfLiteVersion", api_->version);
  find(handle_, "TfLiteModelCreate", api_->model_create);
  find(handle_, "TfLiteModelDelete", api_->model_delete);
  find(handle_, "TfLiteInterpreterOptionsCreate", api_->options_create);
  find(handle_, "TfLiteInterpreterOptionsDelete", api_->options_delete);
  find(handle_, "TfLiteInterpreterOptionsSetErrorReporter", api_->options_set_error_reporter);
  find(handle_, "TfLiteInterpreterOptionsSetNumThreads", api_->options_set_num_threads);
  find(handle_, "TfLiteInterpreterCreate", api_->interpreter_create);
  find(handle_, "TfLiteInterpreterDelete", api_->interpreter_delete);
  find(handle_, "TfLiteInterpreterAllocateTensors", api_->allocate_tensors);
  find(handle_, "TfLiteInterpreterInvoke", api_->invoke);
  find(handle_, "TfLiteInterpreterGetInputTensorCount", api_->input_count);
  find(handle_, "TfLiteInterpreterGetOutputTensorCount", api_->output_count);
  find(handle_, "TfLiteInterpreterGetInputTensor", api_->input_tensor);
  find(handle_, "TfLiteInterpreterGetOutputTensor", api_->output_tensor);
  find(handle_, "TfLiteTensorByteSize", api_->byte_size);
  find(handle_, "TfLiteTensorCopyFromBuffer", api_->copy_from_buffer);
  find(handle_, "TfLiteTensorCopyToBuffer", api_->copy_to_buffer);
}

// The library stays loaded until the process ends: its thread pools and registries do not
// promise to survive dlclose().
TfliteLibrary::~TfliteLibrary() = default;

std::string TfliteLibrary::version() const { return api_->version(); }

struct TfliteSession::State {
  using Handle = std::unique_ptr<void, void (*)(void*)>;

  State(const TfliteLibrary::Api& functions, std::vector<std::uint8_t> bytes)
      : api(functions),
        file(std::move(bytes)),
        model(api.model_create(file.data(), file.size()), api.model_delete),
        options(api.options_create(), api.options_delete),
        interpreter(nullptr, api.interpreter_delete) {}

  [[noreturn]] void fail(const std::string& step) const {
    throw std::runtime_error("TensorFlow Lite: " + step + (error.empty() ? "" : ": " + error));
  }

  const TfliteLibrary::Api& api;
  const std::vector<std::uint8_t> file;  // the interpreter reads weights straight from here
  std::string error;
  Handle model;
  Handle options;
  Handle interpreter;
};

TfliteSession::TfliteSession(const TfliteLibrary& library, std::vector<std::uint8_t> model)
    : state_(std::make_unique<State>(library.api(), std::move(model))) {
  State& s = *state_;
  if (!s.model) s.fail("the model was not accepted");
  s.api.options_set_error_reporter(s.options.get(), collect_error, &s.error);
  s.api.options_set_num_threads(s.options.get(), 1);
  s.interpreter.reset(s.api.interpreter_create(s.model.get(), s.options.get()));
  if (!s.interpreter) s.fail("no interpreter for this model");
  if (s.api.allocate_tensors(s.interpreter.get()) != 0) s.fail("tensors were not allocated");
}

TfliteSession::~TfliteSession() = default;

std::vector<std::uint8_t> TfliteSession::run(const std::vector<std::uint8_t>& input) {
  return run_all({input}).front();
}

std::vector<std::vector<std::uint8_t>> TfliteSession::run_all(
    const std::vector<std::vector<std::uint8_t>>& inputs) {
  State& s = *state_;
  void* interpreter = s.interpreter.get();
  const std::int32_t taken = s.api.input_count(interpreter);
  if (static_cast<std::size_t>(taken) != inputs.size())
    s.fail(std::to_string(inputs.size()) + " inputs, the model takes " + std::to_string(taken));
  for (std::int32_t i = 0; i < taken; ++i) {
    const auto& input = inputs[static_cast<std::size_t>(i)];
    void* in = s.api.input_tensor(interpreter, i);
    if (s.api.byte_size(in) != input.size()) {
      s.fail("input of " + std::to_string(input.size()) + " bytes, the model takes " +
             std::to_string(s.api.byte_size(in)));
    }
    if (s.api.copy_from_buffer(in, input.data(), input.size()) != 0) s.fail("input refused");
  }
  if (s.api.invoke(interpreter) != 0) s.fail("invoke failed");
  std::vector<std::vector<std::uint8_t>> outputs;
  for (std::int32_t i = 0; i < s.api.output_count(interpreter); ++i) {
    const void* out = s.api.output_tensor(interpreter, i);
    outputs.emplace_back(s.api.byte_size(out));
    if (s.api.copy_to_buffer(out, outputs.back().data(), outputs.back().size()) != 0)
      s.fail("output not readable");
  }
  return outputs;
}

}  // namespace uvea::tb
