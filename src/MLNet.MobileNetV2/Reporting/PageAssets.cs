using System.Security.Cryptography;
using System.Text;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>The style sheet and the script of every report, and the policy that allows these two and the page's own pictures.</summary>
internal static class PageAssets
{
    /// <summary>The style sheet.</summary>
    public static string Style { get; } = Read("report.css");

    /// <summary>The script.</summary>
    public static string Script { get; } = Read("report.js");

    /// <summary>The content security policy: no request of any kind.</summary>
    public static string Policy { get; } = "default-src 'none'; img-src data:; "
        + $"style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; base-uri 'none'; form-action 'none'";

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Read(string name)
    {
        using Stream stream = typeof(PageAssets).Assembly.GetManifestResourceStream($"MLNet.MobileNetV2.Reporting.{name}")!;
        using var reader = new StreamReader(stream);

        // A browser hashes line ends as \n.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
