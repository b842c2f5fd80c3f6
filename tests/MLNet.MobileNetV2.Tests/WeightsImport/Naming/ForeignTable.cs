namespace MLNet.MobileNetV2.Tests.WeightsImport.Naming;

/// <summary>A network's channels as they are in a file: after the first convolution, of the stages (t, c, n), after the last one.</summary>
internal sealed record ForeignTable(int Stem, IReadOnlyList<(int T, int C, int N)> Stages, int Features)
{
    /// <summary>Table 2 of the paper, written out once more.</summary>
    public static ForeignTable Paper { get; } = OfPaper(32, [16, 24, 32, 64, 96, 160, 320], 1280);

    /// <summary>A stage table that is not the paper's, though it has as many blocks.</summary>
    public static ForeignTable Custom { get; } = new(
        4, [(1, 4, 2), (2, 6, 2), (3, 6, 2), (3, 8, 4), (6, 10, 3), (6, 12, 3), (6, 14, 1)], 1280);

    /// <summary>The paper's table at another width, as the reference implementation rounds it.</summary>
    public static ForeignTable OfWidth(double width) => width switch
    {
        0.35 => OfPaper(16, [8, 8, 16, 24, 32, 56, 112], 1280),
        0.5 => OfPaper(16, [8, 16, 16, 32, 48, 80, 160], 1280),
        1.0 => Paper,
        1.4 => OfPaper(48, [24, 32, 48, 88, 136, 224, 448], 1792),
        _ => throw new ArgumentOutOfRangeException(nameof(width)),
    };

    private static ForeignTable OfPaper(int stem, int[] channels, int features)
    {
        int[] expansions = [1, 6, 6, 6, 6, 6, 6];
        int[] repeats = [1, 2, 3, 4, 3, 3, 1];
        return new(stem, [.. channels.Select((c, stage) => (expansions[stage], c, repeats[stage]))], features);
    }
}
