using Microsoft.Extensions.Options;

namespace MLNet.MobileNetV2.Serving;

/// <summary>Checks the options of a predictor that services are asked for.</summary>
internal sealed class PredictorOptionsValidation : IValidateOptions<MobileNetV2PredictorOptions>
{
    public ValidateOptionsResult Validate(string? name, MobileNetV2PredictorOptions options)
    {
        string of = string.IsNullOrEmpty(name) ? "the MobileNetV2 predictor" : $"the MobileNetV2 predictor '{name}'";
        try
        {
            options.Validate();
        }
        catch (ArgumentException error)
        {
            return ValidateOptionsResult.Fail($"An option of {of} is not allowed: {error.Message}");
        }

        return string.IsNullOrWhiteSpace(options.ModelPath)
            ? ValidateOptionsResult.Fail($"{nameof(options.ModelPath)} of {of} is missing; the path of a model file is needed.")
            : File.Exists(options.ModelPath)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{nameof(options.ModelPath)} of {of} is '{options.ModelPath}'; there is no such file.");
    }
}
