namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Judges a model on data that it does not train on.</summary>
internal interface IValidator
{
    /// <summary>Judges parameters.</summary>
    ValidationResult Validate(ReadOnlySpan<float> parameters, CancellationToken cancellationToken);
}
