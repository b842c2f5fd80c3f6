namespace MLNet.MobileNetV2;

/// <summary>How well one class was recognised. Immutable and thread-safe.</summary>
/// <remarks>
/// Where the class is never predicted its precision is 0, where it never occurs its recall is 0, and where neither is the case all three
/// are NaN.
/// </remarks>
/// <param name="Label">The class.</param>
/// <param name="Images">Number of images of the class.</param>
/// <param name="Predicted">Number of images that were taken for it.</param>
/// <param name="Correct">Number of images of the class that were taken for it.</param>
public sealed record ImageClassMeasures(string Label, int Images, int Predicted, int Correct)
{
    /// <summary>The share of the images taken for the class that are of it.</summary>
    public double Precision => Share(Predicted);

    /// <summary>The share of the images of the class that were taken for it.</summary>
    public double Recall => Share(Images);

    /// <summary>F1 = 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall.</summary>
    public double F1 => 2.0 * Correct / (Images + Predicted);

    /// <summary>Whether the class occurs, as truth or as prediction.</summary>
    internal bool Occurs => Images + Predicted > 0;

    private double Share(int count) => count > 0 ? (double)Correct / count : Occurs ? 0 : double.NaN;
}
