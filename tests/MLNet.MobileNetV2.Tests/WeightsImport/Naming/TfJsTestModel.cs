using System.Runtime.InteropServices;
using System.Text.Json;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Naming;

/// <summary>The tensors of a TF.js model in TensorFlow's layouts, with values from a seed; may be written as its two files.</summary>
internal sealed class TfJsTestModel
{
    private static readonly string[] s_statistics = ["gamma", "beta", "moving_mean", "moving_variance"];

    private static readonly string[] s_shards = ["shard1", "shard2"];

    private readonly Random _random = new(4);

    /// <summary>The topology of <c>model.json</c>.</summary>
    public object Topology { get; set; } = new { };

    /// <summary>The tensors by name.</summary>
    public Dictionary<string, WeightTensor> Tensors { get; } = [];

    /// <summary>
    /// A slim graph whose batch norm an old converter has merged: the shift everywhere, the scale beside depthwise kernels.
    /// </summary>
    public static TfJsTestModel Merged(string scope, ForeignTable? table = null) => Of(
        ForeignLayer.Slim(scope, "Conv2D/merged_input", table),
        layer =>
            [
                $"{layer.BatchNorm}/BatchNorm/batchnorm/sub",
                .. layer.IsDepthwise ? [$"{layer.BatchNorm}/BatchNorm/batchnorm/mul"] : (string[])[],
            ]);

    /// <summary>A slim graph whose batch norm a newer converter has folded.</summary>
    public static TfJsTestModel Fused(string scope, ForeignTable? table = null) => Of(
        ForeignLayer.Slim(scope, "Conv2D_weights", table),
        layer => [$"{layer.BatchNorm}/{(layer.IsDepthwise ? "depthwise" : "Conv2D")}_bn_offset"]);

    /// <summary>A slim graph with batch norm apart.</summary>
    public static TfJsTestModel Apart(string scope, ForeignTable? table = null) => Of(
        ForeignLayer.Slim(scope, "weights", table), layer => [.. s_statistics.Select(name => $"{layer.BatchNorm}/BatchNorm/{name}")]);

    /// <summary>A layers model of Keras.</summary>
    public static TfJsTestModel Keras(string prefix = "", ForeignTable? table = null) => Of(
        ForeignLayer.Keras(prefix, table), layer => [.. s_statistics.Select(name => $"{layer.BatchNorm}/{name}")]);

    /// <summary>Adds a tensor of values from 0.5 to 1.5.</summary>
    public void Add(string name, params int[] shape)
    {
        float[] values = new float[shape.Aggregate(1, (left, right) => left * right)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = 0.5f + _random.NextSingle();
        }

        Tensors.Add(name, new(shape, values));
    }

    /// <summary>The text of <c>model.json</c>.</summary>
    public string Json() => JsonSerializer.Serialize(new
    {
        format = "layers-model",
        modelTopology = Topology,
        weightsManifest = new[]
        {
            new
            {
                paths = s_shards,
                weights = Tensors.Select(tensor => new { name = tensor.Key, shape = tensor.Value.Shape, dtype = "float32" }),
            },
        },
    });

    /// <summary>The bytes of both shards, one after the other.</summary>
    public byte[] Data() => [.. Tensors.Values.SelectMany(tensor => MemoryMarshal.AsBytes(tensor.Values.Span).ToArray())];

    /// <summary>Writes the files, and gives the path of <c>model.json</c>.</summary>
    public string Write(TempFolder folder)
    {
        byte[] data = Data();
        File.WriteAllBytes(folder.File("shard1"), data[..(data.Length / 3)]);
        File.WriteAllBytes(folder.File("shard2"), data[(data.Length / 3)..]);
        File.WriteAllText(folder.File("model.json"), Json());
        return folder.File("model.json");
    }

    private static TfJsTestModel Of(IEnumerable<ForeignLayer> layers, Func<ForeignLayer, string[]> vectors)
    {
        var model = new TfJsTestModel();
        foreach (ForeignLayer layer in layers)
        {
            (int outputs, int inputs, int side) = (layer.Shape[0], layer.Shape[1], layer.Shape[2]);
            model.Add(layer.Kernel, layer.IsDepthwise ? [side, side, outputs, 1] : [side, side, inputs, outputs]);
            foreach (string vector in vectors(layer))
            {
                model.Add(vector, outputs);
            }
        }

        return model;
    }
}
