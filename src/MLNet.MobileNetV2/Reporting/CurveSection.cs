using static MLNet.MobileNetV2.Reporting.ReportText;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>How a fine-tuning went.</summary>
internal static class CurveSection
{
    // A training may report each of its steps.
    private const int MostPoints = 500;

    /// <summary>The reports of the last training, of which a comparison may have come before; few enough to draw.</summary>
    public static IReadOnlyList<FineTuneProgress> Points(IReadOnlyList<FineTuneProgress> reports)
    {
        int last = reports.Select(state => state.Training).DefaultIfEmpty().Max();
        FineTuneProgress[] training =
            [.. reports.Where(state => state.Training == last && (state.Loss is not null || state.Validation is not null))];
        int every = (training.Length / MostPoints) + 1;
        return [.. training.Index().Where(state => IsEpoch(state.Item) || state.Index % every == 0).Select(state => state.Item)];
    }

    /// <summary>Writes curves of loss, accuracy and learning rate.</summary>
    public static void Write(HtmlWriter html, IReadOnlyList<FineTuneProgress> points)
    {
        using (html.In("div", ("class", "charts")))
        {
            WriteChart(
                html, "loss", "Loss", points, Digits, ("training", state => state.Loss), ("validation", state => state.Validation?.Loss));
            WriteChart(
                html,
                "accuracy",
                "Accuracy",
                points,
                share => Invariant($"{100 * share:0.##} %"),
                ("training", state => state.Accuracy),
                ("validation", state => state.Validation?.Accuracy));
            WriteChart(
                html, "rate", "Learning rate", points, Digits, ("rate", RateOf));
        }

        CalibrationSection.WriteFigures(
            html,
            "Loss, accuracy and learning rate by epoch",
            ["Epoch", "Loss", "Accuracy", "Validation loss", "Validation accuracy", "Learning rate"],
            points.Where(IsEpoch).Select(state => (TableCell[])
            [
                new(IsSolvedAnew(state) ? Invariant($"{state.Epoch}, the head solved anew") : Invariant($"{state.Epoch}")),
                TableCell.Number(state.Loss ?? double.NaN),
                TableCell.Percent(state.Accuracy ?? double.NaN),
                TableCell.Number(state.Validation?.Loss ?? double.NaN),
                TableCell.Percent(state.Validation?.Accuracy ?? double.NaN),
                RateOf(state) is { } rate ? new(Digits(rate), rate) : TableCell.Number(double.NaN),
            ]));
    }

    private static void WriteChart(
        HtmlWriter html,
        string id,
        string title,
        IReadOnlyList<FineTuneProgress> points,
        Func<double, string> text,
        params ReadOnlySpan<(string Name, Func<FineTuneProgress, double?> Value)> lines)
    {
        var series = new List<ChartSeries>();
        foreach ((string name, Func<FineTuneProgress, double?> value) in lines)
        {
            (double X, double Y)[] line =
            [
                .. points.Where(state => !IsSolvedAnew(state))
                    .Select(state => (X: At(state), Y: value(state) ?? double.NaN))
                    .Where(point => double.IsFinite(point.Y)),
            ];
            if (line.Length > 0)
            {
                series.Add(new(name, line));
            }
        }

        if (series.Count == 0)
        {
            return;
        }

        double[] values = [.. series.SelectMany(one => one.Points).Select(point => point.Y)];
        IEnumerable<string> ends = series.Select(one => $"{one.Name} from {text(one.Points[0].Y)} to {text(one.Points[^1].Y)}");
        using (html.In("div"))
        {
            html.Element("h3", title);
            new LineChart(
                $"{id}-chart",
                $"{title} by epoch",
                $"{string.Join("; ", ends)}. The table below has each epoch.",
                new("epoch", 0, Math.Max(1, points.Max(At)), Digits),
                new(string.Empty, 0, values.Max() > 0 ? 1.05 * values.Max() : 1, text),
                series).Write(html);
        }
    }

    private static bool IsEpoch(FineTuneProgress state) => state.Step == 0 || state.Step == state.Steps;

    // After the last step, which the curves end with.
    private static bool IsSolvedAnew(FineTuneProgress state) => state.Step > 0 && state.Loss is null;

    private static double? RateOf(FineTuneProgress state) => state.Loss is null ? null : state.LearningRate;

    private static double At(FineTuneProgress state) =>
        state.Step == 0 ? state.Epoch : state.Epoch - 1 + ((double)state.Step / state.Steps);
}
