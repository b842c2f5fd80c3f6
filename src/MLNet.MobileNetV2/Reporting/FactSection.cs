using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using static MLNet.MobileNetV2.Reporting.ReportText;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>How the model was made, and with what.</summary>
internal static class FactSection
{
    private const int MostFiles = 200;
    private const int MostFacts = 200;

    private static readonly KeyValuePair<string, string>[] s_none = [];

    /// <summary>Writes what the caller says, the versions, and the images that were left out.</summary>
    public static void Write(HtmlWriter html, IReadOnlyList<KeyValuePair<string, string>> facts, IReadOnlyList<BadImage> skipped)
    {
        KeyValuePair<string, string>[] all =
        [
            .. facts.Take(MostFacts),
            .. skipped.Count > 0 ? [new("Images that could not be used", Invariant($"{skipped.Count:N0}"))] : s_none,
            new("MLNet.MobileNetV2", FeatureOrigin.CurrentVersion),
            new("ML.NET", VersionOf(typeof(MLContext))),
            new("ONNX Runtime", OrtEnv.Instance().GetVersionString()),
            new(".NET", Environment.Version.ToString()),
        ];
        DataTable.Write(
            html, "Facts and versions", ["What", "Value"], all.Select(fact => (TableCell[])[new(fact.Key), new(fact.Value)]));
        if (skipped.Count == 0)
        {
            return;
        }

        html.Element("h3", "Images that could not be used");
        if (skipped.Count > MostFiles)
        {
            html.Element("p", Invariant($"The first {MostFiles} of {skipped.Count:N0}."));
        }

        WriteFiles(
            html, "Images that were skipped, and why", skipped.Take(MostFiles).Select(image => (image.Path ?? "no path", image.Reason)));
    }

    /// <summary>Writes files and what is said of each.</summary>
    public static void WriteFiles(HtmlWriter html, string caption, IEnumerable<(string Path, string Reason)> files) => DataTable.Write(
        html, caption, ["File", "Reason"], files.Select(file => (TableCell[])[new(file.Path), new(file.Reason)]));

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
