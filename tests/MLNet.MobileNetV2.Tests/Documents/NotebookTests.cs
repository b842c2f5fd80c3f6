using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Packages;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Documents;

public sealed partial class NotebookTests(PackedPackages packages)
{
    /// <summary>Set to 1, the outputs of the run are stored in the notebooks instead of compared with what is there.</summary>
    private const string StoreVariable = "MOBILENETV2_STORE_NOTEBOOKS";

    private static readonly string[] s_needsWeights = ["objects-and-masks.ipynb"];

    private static readonly string s_folder = Path.Combine(Repository.Root, "notebooks");

    public static TheoryData<string> Notebooks() => [.. Directory.GetFiles(s_folder, "*.ipynb").Select(path => Path.GetFileName(path))];

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Notebooks))]
    public async Task Notebook_InTheRealKernel_ShowsTheStoredOutputs(string notebook)
    {
        JupyterKernel.Require();
        if (s_needsWeights.Contains(notebook))
        {
            TestEnvironment.RequireWeightsFolder();
        }

        using var checkout = new TempFolder();
        using var temp = new TempFolder();
        await CheckOutAsync(checkout);
        Notebook stored = Notebook.Load(Path.Combine(s_folder, notebook));

        Notebook run = await JupyterKernel.RunAsync(checkout.File(Path.Combine("notebooks", notebook)), temp.Path);
        if (Environment.GetEnvironmentVariable(StoreVariable) == "1")
        {
            stored.Store(run, Path.Combine(s_folder, notebook));
        }

        Assert.Equal(stored.Outputs.Count, run.Outputs.Count);
        Assert.All(stored.Outputs.Zip(run.Outputs), output => Assert.True(
            NotebookOutput.AreAlike(output.First, output.Second),
            $"{notebook} shows\n{output.Second}\nwhere it has stored\n{output.First}\nRun this test with {StoreVariable}=1 to store "
                + "what it shows."));
        Assert.DoesNotContain(temp.Names(), name => name.EndsWith(".zip", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("accuracy 75.4 %, log-loss 0.53", "accuracy 76.8 %, log-loss 0.51", true)]
    [InlineData("food ||     9 |     1 |", "food ||    10 |     0 |", true)]
    [InlineData("accuracy 75.4 %", "accuracy 81.2 %", false)]
    [InlineData("building ||     3 | 0.5000", "building ||     4 | 0.6667", true)]
    [InlineData("log-loss 0.53", "log-loss 0.71", false)]
    [InlineData("279 images to train on", "276 images to train on", false)]
    [InlineData("cat-face.webp: animal (32 %)", "cat-face.webp: food (32 %)", false)]
    [InlineData("Using embedded.", "", false)]
    public void Outputs_AreAlike_WhereOnlyLastBitsMayHaveMadeTheDifference(string stored, string run, bool areAlike) =>
        Assert.Equal(areAlike, NotebookOutput.AreAlike(stored, run));

    [Theory]
    [InlineData("classifier-from-a-folder.ipynb", "accuracy")]
    [InlineData("objects-and-masks.ipynb", "cup 9")]
    [InlineData("objects-and-masks.ipynb", "(a picture)")]
    [InlineData("objects-and-masks.ipynb", "person 4")]
    public void StoredOutputs_AreThere_AndNameNothingOfTheMachine(string notebook, string shown)
    {
        string path = Path.Combine(s_folder, notebook);

        Assert.Contains(Notebook.Load(path).Outputs, output => output.Contains(shown, StringComparison.Ordinal));
        Assert.DoesNotMatch(AbsolutePathOrAddress(), File.ReadAllText(path));
        Assert.DoesNotContain(Repository.Root, File.ReadAllText(path), StringComparison.Ordinal);
    }

    // The kernel takes a later version where the named one is missing.
    [Theory]
    [InlineData("classifier-from-a-folder.ipynb", "MLNet.MobileNetV2")]
    [InlineData("objects-and-masks.ipynb", "MLNet.MobileNetV2.Detection")]
    public void FirstCodeCell_LoadsThePackageOfThisVersion(string notebook, string package)
    {
        string version = typeof(
            MobileNetV2Catalog).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

        Assert.Contains(
            $"#r \"nuget: {package}, {version}\"",
            Notebook.Load(Path.Combine(s_folder, notebook)).Code[0],
            StringComparison.Ordinal);
    }

    /// <summary>
    /// A checkout in which the package has been made: the notebooks, what they read, and the feed, elsewhere than the tests' own.
    /// </summary>
    private async Task CheckOutAsync(TempFolder checkout)
    {
        Directory.CreateDirectory(checkout.File("notebooks"));
        foreach (string file in Directory.GetFiles(s_folder))
        {
            File.Copy(file, checkout.File(Path.Combine("notebooks", Path.GetFileName(file))));
        }

        Directory.CreateDirectory(checkout.File("artifacts"));
        Directory.CreateSymbolicLink(checkout.File("artifacts/packages"), await packages.FolderAsync());
        Directory.CreateSymbolicLink(checkout.File("examples"), Path.Combine(Repository.Root, "examples"));
        await PackageSources.WriteAsync(checkout.Path, packages, feed: null);
    }

    [GeneratedRegex(@"(?<![\w.}])/(tmp|home|root|Users|var|usr)/|\w:\\\\|://|\d+\.\d+\.\d+\.\d+")]
    private static partial Regex AbsolutePathOrAddress();
}
