using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization;

public class FeaturizerTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Transform_OfPaths_GivesFeaturesOfOnnxTransformersType()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        using MobileNetV2FeaturizerTransformer featurizer =
            _mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.Embedded).Fit(data);

        IDataView result = featurizer.Transform(data);

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 1, 1280), result.Schema["Features"].Type);
        Assert.Equal(result.Schema.Select(column => column.Name), featurizer.GetOutputSchema(data.Schema).Select(column => column.Name));
        Assert.All(result.Features(), features =>
        {
            Assert.Equal(1280, features.Length);
            Assert.All(features, value => Assert.InRange(value, 0, 6));
            Assert.Contains(features, value => value > 0);
        });
    }

    [Fact]
    public void Transform_OfBytes_EqualsThatOfPaths()
    {
        string[] files = [.. Repository.SampleFiles(1)];
        EncodedPhotoRow[] rows =
            [.. files.Select((file, index) => new EncodedPhotoRow { Bytes = File.ReadAllBytes(file), Number = index })];

        Assert.Equal(FeaturizePaths(files), Featurize(rows, "Bytes"));
    }

    [Fact]
    public void Transform_OfSparseBytes_EqualsThatOfDense()
    {
        byte[] bytes = File.ReadAllBytes(Repository.SampleFiles(1)[0]);
        int[] places = [.. Enumerable.Range(0, bytes.Length).Where(index => bytes[index] != 0)];
        var sparse = new VBuffer<byte>(bytes.Length, places.Length, Array.ConvertAll(places, place => bytes[place]), places);

        Assert.False(sparse.IsDense);
        Assert.Equal(
            Featurize([new VectorPhotoRow { Bytes = new VBuffer<byte>(bytes.Length, bytes) }], "Bytes"),
            Featurize([new VectorPhotoRow { Bytes = sparse }], "Bytes"));
    }

    [Fact]
    public void Transform_OfMLImages_IsNearThatOfPaths()
    {
        string[] files = [.. Repository.SampleFiles(1)];
        DecodedPhotoRow[] rows =
            [.. files.Select((file, index) => new DecodedPhotoRow { Image = MLImage.CreateFromFile(file), Number = index })];
        try
        {
            // ML.NET decodes to premultiplied colours, which rounds the pixels of soft edges.
            Assert.InRange(Photos.MaxDifference(FeaturizePaths(files), Featurize(rows, "Image")), 0, 0.15);
        }
        finally
        {
            Array.ForEach(rows, row => row.Image!.Dispose());
        }
    }

    [Fact]
    public void Transform_OfPixels_EqualsThatOfTheSamePicture()
    {
        using var folder = new TempFolder();
        string file = folder.File("exact.png");
        using (MLImage image = MLImage.CreateFromPixels(224, 224, MLPixelFormat.Rgba32, Noise(224 * 224 * 4)))
        {
            image.Save(file);
        }

        IDataView paths = _mlContext.Data.LoadFromEnumerable([PhotoRow.Of(file, 0)]);
        IDataView pixels = _mlContext.Transforms.LoadImages("Image", folder.Path, "ImagePath")
            .Append(_mlContext.Transforms.ResizeImages("Image", 224, 224, resizing: ImageResizingEstimator.ResizingKind.Fill))
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Image"))
            .Fit(paths).Transform(paths);

        using MobileNetV2FeaturizerTransformer whole = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
            Photos.Options.With(its => its.Preprocessing, new ImagePreprocessing { CropFraction = 1 })).Fit(paths);
        Assert.Equal(whole.Transform(paths).Features(), Featurize(pixels, "Pixels"));
    }

    [Fact]
    public void Transform_WithAnyColumnNames_ReadsAndWritesThem()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        IDataView renamed = _mlContext.Transforms.CopyColumns("An image; of \"mine\"", "ImagePath").Fit(data).Transform(data);
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms
            .FeaturizeImageWithMobileNetV2("Ünusual name", "An image; of \"mine\"", WeightsSource.Embedded).Fit(renamed);

        Assert.Equal(FeaturizePaths([.. Repository.SampleFiles(1)]), featurizer.Transform(renamed).Features("Ünusual name"));
    }

    [Fact]
    public void Transform_WithoutAnInputName_ReplacesTheColumn()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        using MobileNetV2FeaturizerTransformer featurizer =
            _mlContext.Transforms.FeaturizeImageWithMobileNetV2("ImagePath", weights: WeightsSource.Embedded).Fit(data);

        Assert.IsType<VectorDataViewType>(featurizer.Transform(data).Schema["ImagePath"].Type);
    }

    [Fact]
    public void Transform_WithAnotherSize_UsesIt()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        MobileNetV2FeaturizerOptions options = Photos.Options.With(its => its.Preprocessing, new ImagePreprocessing { Size = 96 });
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);

        Assert.Equal(96, featurizer.Info.Preprocessing.Size);
        Assert.NotEqual(FeaturizePaths([.. Repository.SampleFiles(1)]), featurizer.Transform(data).Features());
    }

    [Fact]
    public void Transform_WithAllThreads_GivesTheSameFeatures()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        using MobileNetV2FeaturizerTransformer featurizer =
            _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options.With(its => its.IntraOpThreadCount, 0)).Fit(data);

        Assert.InRange(
            Photos.MaxDifference(FeaturizePaths([.. Repository.SampleFiles(1)]), featurizer.Transform(data).Features()), 0, 1e-5);
    }

    [Fact]
    public void Transform_AfterCancellation_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        MobileNetV2FeaturizerOptions options = Photos.Options
            .With(its => its.CancellationToken, cancellation.Token)
            .With(its => its.Progress, new DirectProgress<long>(count =>
            {
                if (count == 2)
                {
                    cancellation.Cancel();
                }
            }));
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);

        Assert.ThrowsAny<OperationCanceledException>(() => featurizer.Transform(data).Features());
    }

    [Fact]
    public void Transform_ReportsEachPicture()
    {
        var counts = new System.Collections.Concurrent.ConcurrentBag<long>();
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms
            .FeaturizeImageWithMobileNetV2(Photos.Options.With(its => its.Progress, new DirectProgress<long>(counts.Add))).Fit(data);

        featurizer.Transform(data).Features();

        Assert.Equal([1, 2, 3, 4, 5, 6], counts.Order());
    }

    private float[][] FeaturizePaths(string[] files) =>
        Featurize(_mlContext.Data.LoadFromEnumerable(files.Select(PhotoRow.Of).ToArray()), "ImagePath");

    private float[][] Featurize<TRow>(TRow[] rows, string column)
        where TRow : class => Featurize(_mlContext.Data.LoadFromEnumerable(rows), column);

    private float[][] Featurize(IDataView data, string column)
    {
        using MobileNetV2FeaturizerTransformer featurizer =
            _mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", column, WeightsSource.Embedded).Fit(data);
        return featurizer.Transform(data).Features();
    }

    private sealed class VectorPhotoRow
    {
        public VBuffer<byte> Bytes { get; set; }
    }

    private static byte[] Noise(int length)
    {
        byte[] pixels = new byte[length];
        new Random(5).NextBytes(pixels);
        for (int i = 3; i < length; i += 4)
        {
            pixels[i] = 255;
        }

        return pixels;
    }
}
