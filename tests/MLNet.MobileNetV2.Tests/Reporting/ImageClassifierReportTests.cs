using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Reporting;

public sealed class ImageClassifierReportTests : IDisposable
{
    private static readonly string[] s_classes = ["animal", "building", "food"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_WritesEverySection_WithHeadingsInOrder()
    {
        string markup = ReportSamples.Full().Markup();

        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", markup, StringComparison.Ordinal);
        Assert.Equal(
            [
                "Measures", "Confusion", "Classes", "Greatest losses", "Calibration and coverage", "Folds", "Training", "The photos",
                "How it was made",
            ],
            Regex.Matches(markup, "<h2 id=\"[a-z]+-heading\">([^<]+)</h2>").Select(match => match.Groups[1].Value));
        int[] levels = [.. Regex.Matches(markup, "<h([1-6])").Select(match => int.Parse(match.Groups[1].Value, null))];
        Assert.Equal(1, levels[0]);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1 && pair.Second > 1));
        Assert.Equal(5, Regex.Count(markup, "<svg class=\"chart\""));
        Assert.All(
            ["labelled animal, looks like food", "mirrored, similarity 0.990", "3 equal files", "set/food/empty.jpg", "distance 0.610"],
            text => Assert.Contains(text, markup, StringComparison.Ordinal));
        Assert.All(
            ["Weights", "imagenet", "ML.NET", "ONNX Runtime", "set/face/cut.jpg", "the image is truncated."],
            text => Assert.Contains(text, markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Save_OfNothing_WritesTheVersions()
    {
        string markup = new ImageClassifierReport().Markup();

        Assert.Contains("<h1>Image classifier</h1>", markup, StringComparison.Ordinal);
        Assert.Contains("ONNX Runtime", markup, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_OfNamesAndPathsWithMarkup_EscapesThemEverywhere()
    {
        const string Attack = "<script>alert(1)</script>";
        var report = new ImageClassifierReport
        {
            Title = Attack,
            Evaluation = ReportSamples.Evaluation(
                [Attack, "../..", "\"><img src=x onerror=alert(2)>"], path: (_, index) => $"{Attack}/{index}.jpg"),
            Check = ReportSamples.Check([.. Enumerable.Range(0, 6).Select(index => $"</script>{Attack}/{index}.jpg")]),
            Facts = [new(Attack, Attack)],
            SkippedImages = [new(Attack, Attack)],
        };

        string html = report.Html();

        Assert.DoesNotContain(Attack, html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img src", html, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(html, "<script"));
        Assert.Equal(2, Regex.Count(html, "</script>"));
        Assert.Contains("<th scope=\"row\">../..</th>", html, StringComparison.Ordinal);
        Assert.Contains(Data(html).GetProperty("photos")[0].GetProperty("path").GetString()!, $"{Attack}/0.jpg");
    }

    [Fact]
    public void Policy_AllowsTheStyleTheScriptAndPicturesOfThePageAlone()
    {
        string html = ReportSamples.Full().Html();

        string policy = WebUtility.HtmlDecode(Regex.Match(html, "Content-Security-Policy\" content=\"([^\"]+)\"").Groups[1].Value);
        Assert.Equal(
            $"default-src 'none'; img-src data:; style-src '{Hash(html, "style")}'; script-src '{Hash(html, "script")}'; "
                + "base-uri 'none'; form-action 'none'",
            policy);
        Assert.DoesNotMatch(" style=\"| on[a-z]+=\"|(src|href)=\"(?!#|data:)", html);
    }

    [Fact]
    public void Cells_HaveTheirPhotos_TheGreatestLossesFirst()
    {
        string html = new ImageClassifierReport { Evaluation = ReportSamples.Evaluation(s_classes, perClass: 30) }.Html();

        JsonElement data = Data(html);
        JsonElement[] cells = [.. data.GetProperty("cells").EnumerateArray()];
        Assert.Equal(
            ["1 image of building, taken for food", "1 image of food, taken for animal"],
            cells.Take(2).Select(cell => cell.GetProperty("title").GetString()));
        Assert.Equal("30 images of animal, recognised", cells[2].GetProperty("title").GetString());
        Assert.Equal("The 24 with the greatest losses, and 6 more.", cells[2].GetProperty("more").GetString());
        Assert.Equal(24, cells[2].GetProperty("photos").GetArrayLength());
        Assert.Contains("data-cell=\"0\" aria-label=\"1 image of building, taken for food\">1</button>", html, StringComparison.Ordinal);
        Assert.All(
            data.GetProperty("photos").EnumerateArray(),
            photo => Assert.Equal("RIFF"u8, photo.GetProperty("picture").GetBytesFromBase64().AsSpan(0, 4)));
    }

    [Fact]
    public void Pictures_AreInThePageOnce_HoweverOftenTheyAreShown()
    {
        string html = ReportSamples.Full().Html();

        string[] paths = [.. Data(html).GetProperty("photos").EnumerateArray().Select(photo => photo.GetProperty("path").GetString()!)];
        Assert.Equal(paths.Distinct(), paths);
        Assert.True(Regex.Count(html, "<img data-photo") > paths.Length);
    }

    [Fact]
    public void Save_OfTenThousandClasses_ShowsThoseThatAreConfusedMost()
    {
        string[] classes = [.. Enumerable.Range(0, 10_000).Select(index => $"class {index:D5}")];
        ClassificationReport evaluation = ReportSamples.Evaluation(classes, perClass: 1, (truth, _) => $"photos/{truth}.jpg");

        string html = new ImageClassifierReport { Evaluation = evaluation }.Html();

        Assert.InRange(html.Length, 0, 3_000_000);
        Assert.Contains("Of 10,000 classes, the 40 that are confused most", html, StringComparison.Ordinal);
        Assert.Contains("1,000 of 10,000 classes: those of the lowest F1.", html, StringComparison.Ordinal);
        Assert.Equal(1000, Regex.Count(html, "<th scope=\"row\">class \\d+</th><td class=\"number\" data-value=\"1\">"));
    }

    [Fact]
    public void Save_WhereEveryLabelIsWrong_OrEachClassHasOneImage_WritesItsMeasures()
    {
        string wrong = new ImageClassifierReport
        {
            Evaluation = ReportSamples.Evaluation(s_classes, predicted: (truth, _) => (truth + 1) % 3),
        }.Markup();
        string single = new ImageClassifierReport
        {
            Evaluation = ReportSamples.Evaluation(s_classes, perClass: 1, (_, _) => null),
        }.Markup();

        Assert.Contains("<dt>Accuracy</dt><dd>0.0 %</dd>", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", wrong + single, StringComparison.Ordinal);
        Assert.Contains("file not known", single, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_WithAPhotoThatIsGone_SaysSo()
    {
        string gone = _folder.File("gone.jpg");

        string html = new ImageClassifierReport { Evaluation = ReportSamples.Evaluation(s_classes, path: (_, _) => gone) }.Html();

        Assert.Contains("1 photo could not be shown, among them", html, StringComparison.Ordinal);
        Assert.StartsWith(
            "there is no file", Data(html).GetProperty("photos")[0].GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Save_OfMorePhotosThanThereIsRoomFor_LeavesOutTheLastOnes_AndSaysSo()
    {
        // Noise takes as many bytes as a picture can.
        var random = new Random(1);
        byte[][] photos =
        [
            .. Enumerable.Range(0, 4).Select(_ => Pictures.Paint(
                160, 160, (_, _) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)))
                .EncodeAs(SKEncodedImageFormat.Png)),
        ];
        foreach (int index in Enumerable.Range(0, 480))
        {
            File.WriteAllBytes(_folder.File($"{index}.png"), photos[index % photos.Length]);
        }

        string[] classes = [.. Enumerable.Range(0, 20).Select(index => $"class {index}")];
        ClassificationReport evaluation = ReportSamples.Evaluation(
            classes, perClass: 24, (truth, index) => _folder.File($"{(truth * 24) + index}.png"));

        string html = new ImageClassifierReport { Evaluation = evaluation, MaxBytes = 5_000_000 }.Html();

        bool[] shown = [.. Data(html).GetProperty("photos").EnumerateArray().Select(photo => photo.TryGetProperty("picture", out _))];
        Assert.InRange(Encoding.UTF8.GetByteCount(html), 4_900_000, 5_000_000);
        Assert.Equal(480, shown.Length);
        Assert.Equal(shown.OrderDescending(), shown);
        Assert.Contains(
            $"{shown.Count(one => !one)} pictures of 480 are left out: with them the page would be larger than 5 MB.", html,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4_999_999)]
    [InlineData(20_000_001)]
    public void Save_WithALimitThatIsNotAllowed_NamesTheOption(int limit)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new ImageClassifierReport { MaxBytes = limit }.Save(_folder.File("r.html"), TestContext.Current.CancellationToken));

        Assert.StartsWith($"MaxBytes is {limit}; it must be 5000000 to 20000000.", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Save_OfMoreTextThanIsAllowed_SaysHowMuch()
    {
        string text = new('"', 2000);
        var report = new ImageClassifierReport
        {
            Facts = [.. Enumerable.Repeat(KeyValuePair.Create(text, text), 200)],
            SkippedImages = [.. Enumerable.Repeat(new BadImage(text, text), 200)],
            MaxBytes = 5_000_000,
        };

        var error = Assert.Throws<InvalidOperationException>(
            () => report.Save(_folder.File("r.html"), TestContext.Current.CancellationToken));

        Assert.Matches("^The report's text alone takes 5[0-9]{6} bytes; MaxBytes is 5000000.$", error.Message);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Check_OfVeryManyFaults_ShowsTheFirstHundredOfEachKind()
    {
        ImageDatasetCheck check = new() { Images = 500, Tiny = [.. Enumerable.Range(0, 300).Select(index => $"gone/{index}.jpg")] };

        string markup = new ImageClassifierReport { Check = check }.Markup();

        Assert.Equal(100, Regex.Count(markup, "<figure>"));
        Assert.All(
            [
                "<h3>Tiny photos (300)</h3><p>The first 100 of 300 are here; check --json lists all.</p>",
                "Not found: likely wrong labels, conflicting labels, leakage, equal files, near duplicates",
                "100 photos could not be shown, among them gone/0.jpg: there is no file",
            ],
            text => Assert.Contains(text, markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Save_ThatIsCancelled_LeavesNothingBehind()
    {
        File.WriteAllText(_folder.File("r.html"), "old");

        Assert.ThrowsAny<OperationCanceledException>(() => ReportSamples.Full().Save(_folder.File("r.html"), new(canceled: true)));

        Assert.Equal(["r.html"], _folder.Names());
        Assert.Equal("old", File.ReadAllText(_folder.File("r.html")));
    }

    [Fact]
    public void Save_ToAFolderThatIsNotThere_NamesTheFile() => Assert.Contains(
        _folder.File("no/r.html"),
        Assert.Throws<DirectoryNotFoundException>(
            () => new ImageClassifierReport().Save(_folder.File("no/r.html"), TestContext.Current.CancellationToken)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Curves_AreThoseOfTheLastTraining()
    {
        FineTuneProgress[] trial = [.. ReportSamples.Epochs().Select(state => state.Of(1, 2))];
        FineTuneProgress[] last = [.. ReportSamples.Epochs().Take(3).Select(state => state.Of(2, 2))];

        string markup = new ImageClassifierReport { Epochs = [.. trial, .. last] }.Markup();

        Assert.Contains("training from 2 to 1; validation from 2.1 to 1.1.", markup, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(markup, "<tr><th scope=\"row\">\\d</th>"));
    }

    private static JsonElement Data(string html) => JsonElement.Parse(
        Regex.Match(html, "<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value);

    private static string Hash(string html, string tag) => "sha256-" + Convert.ToBase64String(SHA256.HashData(
        Encoding.UTF8.GetBytes(Regex.Match(html, $"<{tag}>(.*?)</{tag}>", RegexOptions.Singleline).Groups[1].Value)));
}
