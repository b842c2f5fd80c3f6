using CsvHelper;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>CSV as this command writes it: RFC 4180, but with the lines of the other results.</summary>
internal static class Csv
{
    /// <summary>Writes rows to a writer.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="leavesOpen">Whether the writer stays the caller's.</param>
    public static CsvWriter To(TextWriter writer, bool leavesOpen = false) =>
        CsvWriter.Create(writer, CsvWriterOptions.Default with { NewLine = writer.NewLine }, leavesOpen);

    /// <summary>Writes a row, which is in the file, or at the terminal, when the call returns.</summary>
    public static void Write(this CsvWriter rows, params string?[] fields)
    {
        rows.WriteRecord(fields);
        rows.Flush();
    }
}
