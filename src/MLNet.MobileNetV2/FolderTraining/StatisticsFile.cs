using System.IO.Compression;
using System.Text.Json;
using MLNet.MobileNetV2.Classification.Gaussians;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>The statistics of a model, as a safetensors entry of its zip that ML.NET passes over.</summary>
internal static class StatisticsFile
{
    private const string Entry = "MobileNetV2/statistics.safetensors";
    private const string Key = "mobilenetv2.statistics.v1";
    private const string Means = "means";
    private const string Counts = "counts";
    private const string Directions = "directions";
    private const string SumsOfSquares = "sums_of_squares";
    private const long MaxLength = 1L << 28;

    // A zip knows no earlier time; the time of writing says nothing.
    private static readonly DateTimeOffset s_time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Adds the entry to a model.</summary>
    public static void Append(Stream model, ClassStatistics statistics)
    {
        ClassGaussians gaussians = statistics.Gaussians;
        SharedCovariance covariance = gaussians.Covariance;
        int features = gaussians.Features;
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal)
        {
            [Means] = Matrix([.. gaussians.Means.Select(mean => mean ?? new float[features])], features),
            [Counts] = Vector([.. gaussians.Counts.Select(count => (float)count)]),
            [Directions] = Matrix(covariance.Directions, features),
            [SumsOfSquares] = Vector([.. covariance.SumsOfSquares.Select(sum => (float)sum)]),
        };
        var content = new Content(
            statistics.Classes, covariance.Rest, covariance.Freedom, statistics.Temperature, statistics.Unknown);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [Key] = JsonSerializer.Serialize(content) };
        using var zip = new ZipArchive(model, ZipArchiveMode.Update, leaveOpen: true);
        ZipArchiveEntry entry = zip.CreateEntry(Entry, CompressionLevel.NoCompression);
        entry.LastWriteTime = s_time;
        using Stream stream = entry.Open();
        SafetensorsWriter.Write(stream, tensors, metadata, SafetensorsType.F16, keepsSmall: true);
    }

    /// <summary>Reads the entry of a model file.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is damaged.</exception>
    public static ClassStatistics Read(string modelPath)
    {
        using ZipArchive zip = ZipFile.OpenRead(modelPath);
        ZipArchiveEntry entry = zip.GetEntry(Entry) ?? throw new InvalidDataException(
            $"The model '{modelPath}' keeps no statistics of its images, from which it could grow. A model keeps them that 'mobilenetv2 "
            + $"train' or {nameof(ImageFolderTraining)} made of a folder with {nameof(ImageFolderTrainingOptions.KeepsStatistics)}, and "
            + "that was not saved anew by mlContext.Model.Save.");
        if (entry.Length > MaxLength)
        {
            throw Damaged(modelPath, $"they have {entry.Length:N0} bytes; up to {MaxLength:N0} are allowed.");
        }

        try
        {
            byte[] bytes = new byte[entry.Length];
            using Stream stream = entry.Open();
            stream.ReadExactly(bytes);
            return Parse(SafetensorsReader.Read(modelPath, bytes));
        }
        catch (Exception error) when (error is EndOfStreamException or WeightsFormatException or JsonException or KeyNotFoundException
            or FormatException)
        {
            throw Damaged(modelPath, error.Message);
        }
    }

    private static ClassStatistics Parse(SafetensorsFile file)
    {
        if (JsonSerializer.Deserialize<Content>(file.Metadata[Key]) is not { Classes: not null } content)
        {
            throw new FormatException("they name no classes.");
        }

        WeightTensor means = file.Tensors[Means];
        WeightTensor counts = file.Tensors[Counts];
        WeightTensor directions = file.Tensors[Directions];
        WeightTensor squares = file.Tensors[SumsOfSquares];
        int classes = content.Classes.Count;
        if (means.Shape is not [var rows, var features] || rows != classes || features < 1 || counts.Values.Length != classes
            || directions.Shape is not [var along, var width] || width != features || squares.Values.Length != along
            || content.Classes.Distinct(StringComparer.Ordinal).Count() < classes || !AreNumbers(content, file.Tensors.Values))
        {
            throw new FormatException("their parts do not fit together.");
        }

        if (counts.Values.Span.ContainsAnyInRange(float.MinValue, -1))
        {
            throw new FormatException("a number of images is negative.");
        }

        long[] number = [.. counts.Values.ToArray().Select(count => (long)count)];
        float[]?[] own = new float[classes][];
        for (int c = 0; c < classes; c++)
        {
            own[c] = number[c] == 0 ? null : means.Values.Slice(c * features, features).ToArray();
        }

        return new(
            content.Classes,
            new(
                own,
                number,
                new(
                    [.. Enumerable.Range(0, along).Select(row => directions.Values.Slice(row * width, width).ToArray())],
                    [.. squares.Values.ToArray().Select(sum => (double)sum)],
                    content.Rest,
                    content.Freedom)),
            content.Temperature,
            content.Unknown);
    }

    private static bool AreNumbers(Content content, IEnumerable<WeightTensor> tensors) =>
        content is { Rest: >= 0, Freedom: >= 1, Temperature: > 0 }
        && double.IsFinite(content.Rest + content.Freedom + content.Temperature)
        && content.Classes.All(name => name is not null)
        && tensors.All(tensor => tensor.Values.Span.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) < 0)
        && content.Unknown is null or { Label.Length: > 0 };

    private static InvalidDataException Damaged(string modelPath, string reason) =>
        new($"The statistics of the model '{modelPath}' are damaged: {reason}");

    private static WeightTensor Matrix(float[][] rows, int columns) => new([rows.Length, columns], rows.SelectMany(row => row).ToArray());

    private static WeightTensor Vector(float[] values) => new([values.Length], values);

    private sealed record Content(
        IReadOnlyList<string> Classes, double Rest, double Freedom, double Temperature, UnknownNumbers? Unknown);
}
