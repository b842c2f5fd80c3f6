using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Reporting;

/// <summary>Reports in a real browser.</summary>
public sealed class ReportBrowserTests(ReportBrowser browser, TrainedModel model) : IClassFixture<ReportBrowser>, IDisposable
{
    private readonly TempFolder _folder = new();

    private string Report => _folder.File("report.html");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(360, false)]
    [InlineData(360, true)]
    public async Task Page_IsWholeAndAccessible_AndFitsTheWindow(int width, bool isDark)
    {
        using var predictor = MobileNetV2Predictor.Load(await model.PathAsync());
        ReportSamples.Full(predictor).Save(Report, TestContext.Current.CancellationToken);

        await using ReportTab tab = await browser.OpenAsync(Report, width, isDark);

        Assert.Equal(width, await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        foreach (ILocator chart in await tab.Page.Locator("svg.chart").AllAsync())
        {
            Assert.InRange((await chart.BoundingBoxAsync())!.Height, 150, 500);
        }

        Assert.Equal(5, await tab.Page.Locator("svg.chart").CountAsync());
        Assert.Equal(7, await tab.Page.Locator("svg.chart polyline").CountAsync());
        Assert.True(await tab.Page.EvaluateAsync<bool>(
            """
            async () => {
              const images = [...document.images];
              images.forEach((image) => { image.loading = 'eager'; });
              await Promise.all(images.map((image) => image.decode()));
              return images.length > 20 && images.every((image) => image.naturalWidth > 0);
            }
            """));
        Assert.True(await tab.Page.Locator("#losses figure:has(img:nth-child(2))").CountAsync() > 0);
        await AssertAccessibleAsync(tab);

        await tab.Page.Locator("summary").First.ClickAsync();
        await tab.Page.Locator("button.wrong").First.ClickAsync();
        await AssertAccessibleAsync(tab);
        Assert.Equal(width, await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task Cells_OpenTheirPhotos_ByClickAndByKeyboard()
    {
        ReportSamples.Full().Save(Report, TestContext.Current.CancellationToken);
        await using ReportTab tab = await browser.OpenAsync(Report);
        ILocator dialog = tab.Page.Locator("dialog");
        ILocator cell = tab.Page.Locator("button.wrong").First;

        await cell.ClickAsync();
        Assert.True(await dialog.IsVisibleAsync());
        Assert.Equal(await cell.GetAttributeAsync("aria-label"), await dialog.Locator("h2").InnerTextAsync());
        Assert.Equal(1, await dialog.Locator("figure img[src^='data:image/webp']").CountAsync());
        Assert.Contains("predicted with 60.0 %, loss", await dialog.InnerTextAsync(), StringComparison.Ordinal);

        await tab.Page.Keyboard.PressAsync("Escape");
        Assert.False(await dialog.IsVisibleAsync());
        Assert.True(await cell.EvaluateAsync<bool>("cell => cell === document.activeElement"));

        await tab.Page.Keyboard.PressAsync("Enter");
        Assert.True(await dialog.IsVisibleAsync());
        await dialog.Locator("button").ClickAsync();
        Assert.False(await dialog.IsVisibleAsync());
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task Classes_AreSorted_ByClickAndByKeyboard()
    {
        ReportSamples.Full().Save(Report, TestContext.Current.CancellationToken);
        await using ReportTab tab = await browser.OpenAsync(Report);
        ILocator classes = tab.Page.Locator("#classes tbody th");
        ILocator f1 = tab.Page.Locator("#classes th:has-text('F1')");

        await f1.Locator("button").ClickAsync();
        IReadOnlyList<string> ascending = await tab.Page.Locator("#classes td:last-child").AllInnerTextsAsync();
        Assert.Equal(ascending.Order(StringComparer.Ordinal), ascending);
        Assert.Equal("ascending", await f1.GetAttributeAsync("aria-sort"));

        await tab.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("descending", await f1.GetAttributeAsync("aria-sort"));
        Assert.Equal(ascending.Reverse(), await tab.Page.Locator("#classes td:last-child").AllInnerTextsAsync());

        await tab.Page.Locator("#classes th button").First.FocusAsync();
        await tab.Page.Keyboard.PressAsync("Space");
        Assert.Equal("none", await f1.GetAttributeAsync("aria-sort"));
        Assert.Equal(["animal", "building", "clothing", "face", "food", "vehicle"], await classes.AllInnerTextsAsync());
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task Page_WithoutScript_ShowsEveryFigure()
    {
        ReportSamples.Full().Save(Report, TestContext.Current.CancellationToken);
        await using ReportTab tab = await browser.OpenAsync(Report, width: 360, hasScript: false);

        Assert.True(await tab.Page.Locator("noscript").IsVisibleAsync());
        Assert.Equal(6, await tab.Page.Locator("#classes tbody tr").CountAsync());
        Assert.True(await tab.Page.Locator("#losses figcaption").First.IsVisibleAsync());
        Assert.False(await tab.Page.Locator("#losses img").First.IsVisibleAsync());
        Assert.False(await tab.Page.Locator("p.scripted").First.IsVisibleAsync());
    }

    [Fact]
    public async Task Page_InPrint_OpensItsTables_AndShowsNothingThatCannotBeUsed()
    {
        ReportSamples.Full().Save(Report, TestContext.Current.CancellationToken);
        await using ReportTab tab = await browser.OpenAsync(Report);

        byte[] pdf = await tab.Page.PdfAsync();
        await tab.Page.EmulateMediaAsync(new() { Media = Media.Print });

        Assert.Equal("%PDF"u8, pdf.AsSpan(0, 4));
        Assert.Equal(0, await tab.Page.Locator("details:not([open])").CountAsync());
        Assert.False(await tab.Page.Locator("nav").IsVisibleAsync());
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task Page_OfTenThousandClasses_FitsAPhone_AndSorts()
    {
        string[] classes = [.. Enumerable.Range(0, 10_000).Select(index => $"class {index:D5} with a long name")];
        new ImageClassifierReport { Evaluation = ReportSamples.Evaluation(classes, perClass: 1, (_, _) => null) }.Save(
            Report, TestContext.Current.CancellationToken);

        await using ReportTab tab = await browser.OpenAsync(Report, width: 360);
        await tab.Page.Locator("#classes th button").First.ClickAsync();

        Assert.Equal("ascending", await tab.Page.Locator("#classes th").First.GetAttributeAsync("aria-sort"));
        Assert.Equal(360, await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task Names_WithMarkup_AreText()
    {
        const string Attack = "<img src=x onerror=\"document.title='attacked'\">";
        new ImageClassifierReport
        {
            Evaluation = ReportSamples.Evaluation([Attack, "../..", "</script><b>"], path: (_, index) => $"{Attack}/{index}.jpg"),
        }.Save(Report, TestContext.Current.CancellationToken);

        await using ReportTab tab = await browser.OpenAsync(Report);
        await tab.Page.Locator("button.wrong").First.ClickAsync();

        Assert.Equal("Image classifier", await tab.Page.TitleAsync());
        Assert.Equal(0, await tab.Page.Locator("b, img").CountAsync());
        Assert.Contains("Cannot be shown: there is no file", await tab.Page.Locator("dialog").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(tab.Faults);
    }

    private static async Task AssertAccessibleAsync(ReportTab tab)
    {
        AxeResult found = await tab.Page.RunAxe();
        Assert.Empty(found.Violations.Select(fault => $"{fault.Impact} {fault.Id}: {fault.Help}: {fault.Nodes[0].Html}"));
    }
}
