using System.Globalization;
using Spectre.Console;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Draws precision, recall and F1 of each class of a report.</summary>
internal static class ClassTable
{
    private const int MaxClasses = 100;

    /// <summary>Writes the table, unless no one could read it.</summary>
    public static void Write(Terminal terminal, ClassificationReport report)
    {
        if (report.Classes.Count > MaxClasses)
        {
            return;
        }

        Table table = new Table().RoundedBorder().AddColumn("class");
        foreach (string name in (string[])["images", "precision", "recall", "F1"])
        {
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        }

        foreach (ImageClassMeasures one in report.PerClass)
        {
            table.AddRow(
                new Text(one.Label),
                new Text(one.Images.ToString(CultureInfo.InvariantCulture)),
                new Text(Figure(one.Precision)),
                new Text(Figure(one.Recall)),
                new Text(Figure(one.F1)));
        }

        terminal.OutputConsole.Write(table);
    }

    private static string Figure(double value) =>
        double.IsFinite(value) ? value.ToString("F3", CultureInfo.InvariantCulture) : ".";
}
