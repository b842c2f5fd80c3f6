namespace MLNet.MobileNetV2.Data;

/// <summary>Rows that are held out, and the others, to which something is fitted that is tried on the former.</summary>
/// <param name="Tested">The rows that are held out.</param>
/// <param name="Others">All others.</param>
internal sealed record HeldOutRows(int[] Tested, int[] Others)
{
    /// <summary>Of fewer rows that are held out in turn, nothing can be told.</summary>
    public const int Fewest = 20;

    private const int Folds = 5;

    // Of more rows, a fifth that is held out once says enough.
    private const int ManyRows = 20_000;

    /// <summary>Holds out a fifth of the rows at a time, classes evenly, until each was once; of many rows, one fifth alone.</summary>
    /// <param name="labels">The class of each row, from 0.</param>
    public static IReadOnlyList<HeldOutRows> InTurn(IReadOnlyList<int> labels)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Count)];
        int[] folds = GroupedFolds.Deal(labels, rows, Folds, seed: 1);
        return
        [
            .. Enumerable.Range(0, labels.Count > ManyRows ? 1 : Folds).Select(fold => new HeldOutRows(
                Array.FindAll(rows, row => folds[row] == fold), Array.FindAll(rows, row => folds[row] != fold))),
        ];
    }
}
