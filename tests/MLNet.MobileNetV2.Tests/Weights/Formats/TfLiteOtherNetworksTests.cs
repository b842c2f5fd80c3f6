using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.Weights.Formats;

namespace MLNet.MobileNetV2.Tests.Weights.Formats;

/// <summary>Well-formed TFLite files that are no MobileNetV2, or not in a form that is read: each error says what was found.</summary>
public sealed class TfLiteOtherNetworksTests
{
    // Operators of the hand-made network: 0 stem, 1 depthwise, 2 projection, 3 expansion, 4 depthwise of stride 2, 5 projection,
    // 6 expansion, 7 depthwise, 8 projection, 9 addition.
    public static TheoryData<string, string> Changes => new()
    {
        { "identifier", "file identifier" },
        { "version", "schema version is 4" },
        { "two graphs", "2 graphs" },
        { "kind", "'features.0.0' is not a depthwise" },
        { "stride", "the horizontal stride is 1; the layer 'features.0.0' needs 2" },
        { "vertical stride", "the vertical stride is 3" },
        { "padding", "the padding's number is 1; the layer 'features.0.0' needs 0" },
        { "activation", "the activation's number is 1" },
        { "dilation", "the horizontal dilation is 2" },
        { "no options", "lacks its options" },
        { "kernel", "[32, 3, 3, 4]; MobileNetV2 needs [32, 3, 3, 3]" },
        { "kernel length", "bytes; 864 values" },
        { "type", "its type has the number 1; float32 (0), int32 (2), uint8 (3) and int8 (9) are allowed" },
        { "no scale", "integers without a scale" },
        { "scales", "2 scales" },
        { "zero points", "2 zero points for 1 scales" },
        { "scale dimension", "along dimension 1; its channels are dimension 0" },
        { "input", "takes the tensor 1" },
        { "tensor", "names the tensor 9999" },
        { "no bias", "names the tensor -1" },
        { "inputs", "2 inputs; 3 are needed" },
        { "no shortcut", "needs an addition of its input" },
        { "other shortcut", "must add a block's input" },
        { "unknown operator", "MobileNetV2 has no such operator after 1 convolutions" },
        { "pad values", "is the allowed padding" },
        { "end", "ends after 51 of the 52" },
        { "pool", "one average of 1280 features" },
        { "second classifier", "one classifier of at least one class" },
        { "rank", "9 dimensions" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Read_AnotherNetwork_SaysWhatWasFoundAndWhatIsNeeded(string change, string message)
    {
        bool padsApart = change == "pad values";
        bool hasClassifier = change is "pool" or "second classifier";
        byte type = change == "scale dimension" ? TfLiteTestFile.Int8 : TfLiteTestFile.UInt8;
        var file = new TfLiteTestFile(type, padsApart, hasClassifier ? 3 : 0);
        Apply(change, file);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TfLiteReader.Read("net.tflite", file.Write()));

        Assert.Contains("net.tflite", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    private static void Apply(string change, TfLiteTestFile file)
    {
        TfLiteTestOperator stem = file.Operators[0];
        TfLiteTestTensor kernel = file.Weights["features.0.0.weight"];
        Action apply = change switch
        {
            "identifier" => () => file.Identifier = "TFL2",
            "version" => () => file.Version = 4,
            "two graphs" => () => file.GraphCount = 2,
            "kind" => () => stem.Code = TfLiteTestFile.Depthwise,
            "stride" => () => stem.Options![1] = 1,
            "vertical stride" => () => stem.Options![2] = 3,
            "padding" => () => stem.Options![0] = (byte)1,
            "activation" => () => stem.Options![3] = (byte)1,
            "dilation" => () => stem.Options![4] = 2,
            "no options" => () => stem.OptionsType = 0,
            "kernel" => () => kernel.Shape = [32, 3, 3, 4],
            "kernel length" => () => kernel.Data = new byte[863],
            "type" => () => kernel.Type = 1,
            "no scale" => () => kernel.Scales = null,
            "scales" => () => kernel.Scales = [1, 2],
            "zero points" => () => kernel.ZeroPoints = [1, 2],
            "scale dimension" => () => kernel.ScaleDimension = 1,
            "input" => () => stem.Inputs[0] = 1,
            "tensor" => () => stem.Inputs[1] = 9999,
            "no bias" => () => stem.Inputs[2] = -1,
            "inputs" => () => stem.Inputs = stem.Inputs[..2],
            "no shortcut" => () => file.Operators.RemoveAt(9),
            "other shortcut" => () => file.Operators[9].Inputs[1] = 0,
            "unknown operator" => () => file.Operators.Insert(1, new(56, stem.Outputs, stem.Outputs)),
            "pad values" => () => file.Tensors.First(tensor => tensor.Shape is [4, 2]).Data![4] = 1,
            "end" => () => file.Operators.RemoveAt(file.Operators.Count - 1),
            "pool" => () => file.Tensors[file.Operators.Single(op => op.Code == TfLiteTestFile.AveragePool).Outputs[0]].Shape = [1, 7, 7, 1280],
            "second classifier" => () => file.Operators[^1] = new(
                TfLiteTestFile.Conv, [file.Operators[^2].Outputs[0], .. file.Operators[^2].Inputs[1..]], file.Operators[^1].Outputs),
            "rank" => () => file.Tensors[file.Operators[0].Inputs[1]].Shape = [32, 3, 3, 3, 1, 1, 1, 1, 1],
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };
        apply();
    }
}
