using MLNet.MobileNetV2.FolderChecks;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>What <c>check --json</c> prints.</summary>
internal sealed record CheckResult(
    int Images,
    IReadOnlyList<ImageClassCount> Classes,
    IReadOnlyList<BadImage> Unreadable,
    IReadOnlyList<WronglyNamedImage> WronglyNamed,
    IReadOnlyList<IReadOnlyList<string>> ExactDuplicates,
    IReadOnlyList<DuplicateResult> NearDuplicates,
    IReadOnlyList<DuplicateResult> ConflictingLabels,
    IReadOnlyList<DuplicateResult> Leakage,
    IReadOnlyList<LikelyWrongLabel> LikelyWrong,
    IReadOnlyList<OutlierImage> Outliers,
    IReadOnlyList<string> Tiny,
    IReadOnlyList<string> Blurred,
    IReadOnlyList<string> Blank,
    IReadOnlyList<string> UnusualShapes)
{
    public static CheckResult Of(ImageDatasetCheck check) => new(
        check.Images,
        check.Classes,
        check.Unreadable,
        check.WronglyNamed,
        check.ExactDuplicates,
        DuplicateResult.Of(check.NearDuplicates),
        DuplicateResult.Of(check.ConflictingLabels),
        DuplicateResult.Of(check.Leakage),
        check.LikelyWrong,
        check.Outliers,
        check.Tiny,
        check.Blurred,
        check.Blank,
        check.UnusualShapes);
}

/// <summary>Two photos that are the same, how, and how much.</summary>
internal sealed record DuplicateResult(string A, string B, string Kind, double Similarity)
{
    public static DuplicateResult[] Of(IReadOnlyList<DuplicateImages> pairs) =>
        [.. pairs.Select(pair => new DuplicateResult(pair.First, pair.Second, FixReasons.Name(pair.Kind), pair.Similarity))];
}
