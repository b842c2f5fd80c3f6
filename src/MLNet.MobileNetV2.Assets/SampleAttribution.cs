using System.Text.RegularExpressions;

namespace MLNet.MobileNetV2.Assets;

/// <summary>Says where the sample images come from and under which licence.</summary>
internal static partial class SampleAttribution
{
    /// <summary>The attribution, with the copyright lines and the licence text that the packages carry.</summary>
    public static string Text(NpmPackage fluent, NpmPackage emojibase)
    {
        RequireMit(fluent);
        RequireMit(emojibase);
        string license = emojibase.Text("LICENSE").ReplaceLineEndings("\n").Trim();
        string emojibaseCopyright = Copyright(license);
        string permission = license[(license.IndexOf(emojibaseCopyright, StringComparison.Ordinal) + emojibaseCopyright.Length)..].Trim();
        return $"""
            The pictures in this folder are 3-D Fluent emoji by Microsoft, published under the MIT licence. They are taken, each file
            unchanged, from an npm package of LobeHub; classes and file names come from the groups and labels of emojibase-data. Of each
            class at most {SampleImage.MaximumPerCategory} pictures are taken.

            {Describe(fluent)}
              pictures: Microsoft, https://github.com/microsoft/fluentui-emoji
              {Copyright(fluent.Text("README.md"))} (README.md; the package has no LICENSE file)

            {Describe(emojibase)}
              {emojibaseCopyright} (LICENSE)

            MIT License

            {permission}

            """.ReplaceLineEndings("\n");
    }

    private static void RequireMit(NpmPackage package)
    {
        if (package.License != "MIT")
        {
            throw new InvalidDataException($"{package.Name} {package.Version} is under {package.License}; MIT is expected.");
        }
    }

    private static string Describe(NpmPackage package) =>
        $"npm package {package.Name} {package.Version}, {package.License}";

    private static string Copyright(string text)
    {
        string line = text.Split('\n').FirstOrDefault(line => line.StartsWith("Copyright", StringComparison.Ordinal))
            ?? throw new InvalidDataException("A package names no copyright holder.");
        return MarkdownLink().Replace(line.Replace("<br />", string.Empty, StringComparison.Ordinal), "$1").Trim().TrimEnd('.');
    }

    [GeneratedRegex(@"\[([^\]]*)\]\[[^\]]*\]")]
    private static partial Regex MarkdownLink();
}
