using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MLNet.MobileNetV2.Tests.Weights;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Naming;

/// <summary>A safetensors file of another project with batch norm apart, laid out byte by byte; its values are drawn from a seed.</summary>
internal sealed class ForeignFile
{
    private static readonly Dictionary<string, string> s_metadata = new() { ["format"] = "pt" };

    private readonly Random _random = new(3);
    private readonly StringBuilder _header = new();
    private readonly ArrayBufferWriter<byte> _data = new();

    /// <summary>The values by name.</summary>
    public Dictionary<string, float[]> Values { get; } = [];

    public static ForeignFile Of(IEnumerable<ForeignLayer> layers, string? classifier, int classes)
    {
        var file = new ForeignFile();
        int features = 0;
        foreach (ForeignLayer layer in layers)
        {
            int channels = layer.Shape[0];
            file.Add(layer.Kernel, layer.Shape, -0.2, 0.2);
            file.Add(layer.BatchNorm + ".weight", [channels], 0.5, 1.5);
            file.Add(layer.BatchNorm + ".bias", [channels], -1, 1);
            file.Add(layer.BatchNorm + ".running_mean", [channels], -1, 1);
            file.Add(layer.BatchNorm + ".running_var", [channels], 0.0001, 2);
            file.AddCounter(layer.BatchNorm + ".num_batches_tracked");
            features = channels;
        }

        if (classifier is not null)
        {
            file.Add(classifier + ".weight", [classes, features], -0.1, 0.1);
            file.Add(classifier + ".bias", [classes], -0.1, 0.1);
        }

        return file;
    }

    /// <summary>The same network with batch norm folded: a bias beside every kernel.</summary>
    public static ForeignFile Folded(IEnumerable<ForeignLayer> layers)
    {
        var file = new ForeignFile();
        foreach (ForeignLayer layer in layers)
        {
            file.Add(layer.Kernel, layer.Shape, -0.2, 0.2);
            file.Add(layer.Kernel.Replace(".weight", ".bias", StringComparison.Ordinal), [layer.Shape[0]], -1, 1);
        }

        return file;
    }

    public byte[] Bytes(IReadOnlyDictionary<string, string>? metadata = null) => SafetensorsBytes.Of(
        $"{{\"__metadata__\":{JsonSerializer.Serialize(metadata ?? s_metadata)}{_header}}}", _data.WrittenSpan.ToArray());

    private void Add(string name, int[] shape, double low, double high)
    {
        float[] values = new float[shape.Aggregate((a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(low + ((high - low) * _random.NextDouble()));
        }

        Values.Add(name, values);
        Append(name, "F32", string.Join(",", shape), MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private void AddCounter(string name) => Append(name, "I64", "", BitConverter.GetBytes(5L));

    private void Append(string name, string type, string shape, ReadOnlySpan<byte> bytes)
    {
        _header.Append(System.Globalization.CultureInfo.InvariantCulture,
            $",\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{shape}],"
            + $"\"data_offsets\":[{_data.WrittenCount},{_data.WrittenCount + bytes.Length}]}}");
        _data.Write(bytes);
    }
}
