namespace MLNet.MobileNetV2.Evaluation;

/// <summary>What a report keeps of an image.</summary>
/// <param name="Path">Its file; null where it is not known.</param>
/// <param name="Truth">Its class.</param>
/// <param name="Predicted">The most probable class.</param>
/// <param name="Score">The probability of that.</param>
/// <param name="Loss">-ln(probability of the true class).</param>
internal readonly record struct JudgedImage(string? Path, int Truth, int Predicted, float Score, double Loss)
{
    /// <summary>Whether the most probable class is the true one.</summary>
    public bool IsRight => Truth == Predicted;
}
