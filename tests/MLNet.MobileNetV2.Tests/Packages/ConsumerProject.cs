using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Packages;

/// <summary>An application outside the repository that knows the library's package alone.</summary>
internal sealed class ConsumerProject : IDisposable
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="MLNet.MobileNetV2" Version="*-*" />
          </ItemGroup>
        </Project>
        """;

    /// <summary>Trains on the images of its arguments, with the embedded weights, and says what it takes each for.</summary>
    private const string Program = """
        using System;
        using System.IO;
        using System.Linq;
        using Microsoft.ML;
        using MLNet.MobileNetV2;
        using MLNet.MobileNetV2.Weights;

        var mlContext = new MLContext(seed: 1);
        var photos = mlContext.Data.LoadFromEnumerable(args.Select(Photo.Of));
        using var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.Embedded))
            .Append(mlContext.MulticlassClassification.Trainers.MobileNetV2Head("Label", "Features"))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(photos);
        using var engine = mlContext.Model.CreatePredictionEngine<Photo, Prediction>(model);
        Console.WriteLine(string.Join(' ', args.Select(path => engine.Predict(Photo.Of(path)).PredictedLabel)));

        public class Photo
        {
            public string ImagePath { get; set; }
            public string Label { get; set; }
            public static Photo Of(string path) => new() { ImagePath = path, Label = new DirectoryInfo(path).Parent.Name };
        }

        public class Prediction
        {
            public string PredictedLabel { get; set; }
        }
        """;

    private readonly TempFolder _folder = new();
    private readonly TempFolder _temporary = new();

    private ConsumerProject()
    {
    }

    /// <summary>Writes the project; nothing is restored yet.</summary>
    public static async Task<ConsumerProject> CreateAsync(PackedPackages packages)
    {
        var consumer = new ConsumerProject();
        await PackageSources.WriteAsync(consumer._folder.Path, packages, await packages.FolderAsync());
        await File.WriteAllTextAsync(consumer.PathOf("Consumer.csproj"), Project);
        await File.WriteAllTextAsync(consumer.PathOf("Program.cs"), Program);
        return consumer;
    }

    /// <summary>The full path of a file or folder of the project.</summary>
    public string PathOf(string name) => _folder.File(name);

    /// <summary>Runs a command of the SDK on the project.</summary>
    public Task<string> RunAsync(string command, params string[] arguments) =>
        DotnetCommand.RunAsync(_temporary.Path, [command, PathOf("Consumer.csproj"), .. arguments]);

    public void Dispose()
    {
        _folder.Dispose();
        _temporary.Dispose();
    }
}
