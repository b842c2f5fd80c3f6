namespace MLNet.MobileNetV2.Reporting;

/// <summary>The folds of a cross-validation.</summary>
internal static class FoldSection
{
    /// <summary>Writes a row a fold.</summary>
    public static void Write(HtmlWriter html, IReadOnlyList<ClassificationReport> folds) => DataTable.Write(
        html,
        "Measures of each fold",
        ["Fold", "Images", "Accuracy", "Macro-F1", "Log-loss"],
        folds.Index().Select(fold => (TableCell[])
        [
            new(ReportText.Invariant($"{fold.Index + 1}")),
            TableCell.Count(fold.Item.Images),
            TableCell.Percent(fold.Item.Accuracy),
            TableCell.Number(fold.Item.MacroF1),
            TableCell.Number(fold.Item.LogLoss),
        ]));
}
