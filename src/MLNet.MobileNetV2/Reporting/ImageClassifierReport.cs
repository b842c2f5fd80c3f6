using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Reporting;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>
/// A page of HTML about a classifier and its photos: measures, confusion matrix, greatest losses, calibration, curves, faults of the
/// folder, and how the model was made. Immutable.
/// </summary>
/// <remarks>
/// The page is one file that requests nothing: pictures of the photos, small ones, are in it. It can be read on a phone, by keyboard and
/// screen reader, in light and dark, and prints. Without its script it still shows every figure. Photos are read when it is saved: one that
/// cannot be used any more is said in the page.
/// </remarks>
/// <example><code>
/// using ImageFolderTrainingResult result = ImageFolderTraining.Run("flowers", new() { ValidationFraction = 0.2 });
/// using var predictor = MobileNetV2Predictor.Create(result.Model);
/// new ImageClassifierReport { Title = "Flowers", Evaluation = result.Validation, Predictor = predictor }.Save("flowers.html");
/// </code></example>
public sealed class ImageClassifierReport
{
    private const int LeastBytes = 5_000_000;
    private const int MostBytes = 20_000_000;

    /// <summary>The heading. Default: "Image classifier".</summary>
    public string Title { get; init; } = "Image classifier";

    /// <summary>The measures. Default: null, none.</summary>
    public ClassificationReport? Evaluation { get; init; }

    /// <summary>The measures of each fold of a cross-validation; none by default.</summary>
    public IReadOnlyList<ClassificationReport> Folds { get; init; } = [];

    /// <summary>What is wrong with the photos. Default: null, not checked.</summary>
    public ImageDatasetCheck? Check { get; init; }

    /// <summary>
    /// What a fine-tuning reported to its progress, for curves of loss, accuracy and learning rate. Of a trial, the last training counts.
    /// None by default.
    /// </summary>
    public IReadOnlyList<FineTuneProgress> Epochs { get; init; } = [];

    /// <summary>
    /// How the model was made, a name and a value each: weights, options, hashes. Versions need not be among them. None by default.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>The images that could not be used, and why; none by default.</summary>
    public IReadOnlyList<BadImage> SkippedImages { get; init; } = [];

    /// <summary>
    /// The model, which shows on the photos with the greatest losses what speaks for the predicted class. It stays the caller's. Default:
    /// null, nothing is shown.
    /// </summary>
    public MobileNetV2Predictor? Predictor { get; init; }

    /// <summary>
    /// Most bytes of the page, from 5,000,000 to 20,000,000. Pictures that find no room are left out, the last ones first, which the page
    /// says. Default: 20,000,000.
    /// </summary>
    public int MaxBytes { get; init; } = MostBytes;

    /// <summary>Writes the page. A file there is replaced in one step; on failure nothing stays behind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the making of the pictures.</param>
    /// <exception cref="ArgumentException"><see cref="MaxBytes"/> is not allowed.</exception>
    /// <exception cref="InvalidOperationException">The text alone takes more than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Write(stream, cancellationToken));
    }

    /// <summary>Writes the page to a stream, which stays open.</summary>
    internal void Write(Stream stream, CancellationToken cancellationToken)
    {
        Require.Between(LeastBytes, MostBytes, MaxBytes);
        var page = new ReportPage(this);
        page.MakePictures(cancellationToken);
        page.Write(stream);
    }
}
