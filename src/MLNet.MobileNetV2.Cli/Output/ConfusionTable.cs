using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Draws a report's confusion matrix: rows are the truth.</summary>
internal static class ConfusionTable
{
    private const int MaxClasses = 100;

    /// <summary>Writes the table with named columns, or numbered ones if the terminal is too narrow; nothing is cut off.</summary>
    public static void Write(Terminal terminal, ClassificationReport report)
    {
        if (report.Classes.Count <= MaxClasses
            && (TryWrite(terminal, report, numbered: false) || TryWrite(terminal, report, numbered: true)))
        {
            return;
        }

        terminal.Error.WriteLine($"The confusion table of {report.Classes.Count} classes is too wide to show here; "
            + "'evaluate --json' has it.");
    }

    private static bool TryWrite(Terminal terminal, ClassificationReport report, bool numbered)
    {
        IAnsiConsole console = terminal.OutputConsole;
        IRenderable table = Create(report, numbered);
        if (table.Measure(RenderOptions.Create(console), int.MaxValue).Max > console.Profile.Width)
        {
            return false;
        }

        console.Write(table);
        return true;
    }

    private static Table Create(ClassificationReport report, bool numbered)
    {
        Table table = new Table().RoundedBorder().AddColumn(new TableColumn("truth \\ predicted").NoWrap());
        for (int column = 0; column < report.Classes.Count; column++)
        {
            table.AddColumn(new TableColumn(new Text(numbered ? Number(column) : report.Classes[column])).RightAligned().NoWrap());
        }

        for (int row = 0; row < report.Classes.Count; row++)
        {
            string name = numbered ? $"{Number(row)} {report.Classes[row]}" : report.Classes[row];
            table.AddRow(report.Confusion[row]
                .Select(count => new Text(count == 0 ? "." : count.ToString(CultureInfo.InvariantCulture)))
                .Prepend(new Text(name)));
        }

        return table;
    }

    private static string Number(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);
}
