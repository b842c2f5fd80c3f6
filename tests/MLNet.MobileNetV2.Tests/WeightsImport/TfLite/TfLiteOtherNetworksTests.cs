using MLNet.MobileNetV2.WeightsImport.TfLite;

namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

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
        { "kind", "operator 0 (DepthwiseConv2D): it lacks its options" },
        { "depthwise stem", "shape [48, 1, 3, 3] (outputs, inputs a group, height, width)" },
        { "full block", "operator 1 (Conv2D): its kernel has shape [16, 16, 3, 3]" },
        { "stride", "its stride is 1; the first convolution needs 2" },
        { "third stride", "its stride is 3; a depthwise convolution needs 1 or 2" },
        { "vertical stride", "its strides are 2 and 3" },
        { "padding", "its padding is 0 before and 0 after; the first convolution needs 1 before and 1 after, 0 before and 1 "
            + "after, or SAME" },
        { "padding number", "the padding's number is 2" },
        { "activation", "its results are limited to -1..1; the first convolution needs them limited to 0..6" },
        { "activation number", "the activation's number is 4" },
        { "no activation", "operator 3 (Conv2D): its results are not limited; an expansion, as the last convolution, needs them "
            + "limited to 0..6" },
        { "activation of a projection", "operator 2 (Conv2D): its results are limited to 0..6; a projection needs them not limited" },
        { "activation of an addition", "operator 9 (Add): the activation's number is 1" },
        { "dilation", "its dilations are 2 and 1; two equal ones from 1 up are allowed" },
        { "no dilation", "its dilations are 0 and 0; two equal ones from 1 up are allowed" },
        { "dilated stem", "its dilation is 2; the first convolution needs 1." },
        { "dilated stride", "its dilation is 2; a depthwise convolution needs 1 at stride 2." },
        { "no options", "lacks its options" },
        { "kernel", "shape [16, 4, 3, 3] (outputs, inputs a group, height, width); the first convolution needs [n, 3, 3, 3]" },
        { "kernel of no size", "its kernel has shape [0, 3, 3, 3]" },
        { "kernel length", "bytes; 432 values" },
        { "type", "its type has the number 7; float32 (0), float16 (1), int32 (2), uint8 (3) and int8 (9) are allowed" },
        { "no scale", "integers without a scale" },
        { "scales", "2 scales" },
        { "zero points", "2 zero points for 1 scales" },
        { "scale dimension", "along dimension 1; its channels are dimension 0" },
        { "input", "ends after 0 convolutions" },
        { "tensor", "names the tensor 9999" },
        { "inputs", "1 inputs; 2 are needed" },
        { "no shortcut", "ends after 9 convolutions of MobileNetV2: inverted residual 3 needs an addition of its input" },
        { "passed shortcut", "operator 9 (Conv2D): the block before it needs an addition of its input" },
        { "other shortcut", "operator 9 (Add): it must add a block's input" },
        { "unknown operator", "operator 1 (57): MobileNetV2 has no such operator after 1 convolutions" },
        { "twice", "operator 1 (DepthwiseConv2D): it gives a tensor that an operator before it gives already" },
        { "pad values", "it pads by [0, 0, 0, 1, 1, 1, 0, 0]; rows and columns alike" },
        { "padded twice", "it pads (SAME) what an operator before it has padded already" },
        { "two paddings", "is padded by 0 before and 1 after (TensorFlowSame), operator 1 (Conv2D) by 1 before and 1 after "
            + "(PyTorchSymmetric)" },
        { "end", "ends after 51 convolutions of MobileNetV2: 17 inverted residuals are there, and no last 1x1 convolution" },
        { "pool", "it gives 62720 values; one average over 7 x 7 of each of 1280 channels is allowed" },
        { "classifier", "its kernel has shape [3, 1279]; a classifier needs [classes, 1280]" },
        { "two last convolutions", "could both be the last convolution" },
        { "rank", "9 dimensions" },
        { "picture", "it has shape [1, 224, 224, 4]; an image of shape [1, side, side, 3] is allowed" },
        { "oblong image", "takes images of 192 x 224; a square of 1 to 4096" },
        { "large image", "takes images of 4097 x 4097" },
        { "shared kernel", "weights, but the file has" },
        { "named network", "its graph has 52 convolutions; the given network has 51" },
        { "named width", "'features.0.0' of the given network has [32, 3, 3, 3] and 2" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Read_AnotherNetwork_SaysWhatWasFoundAndWhatIsNeeded(string change, string message)
    {
        bool padsApart = change is "pad values" or "padded twice" or "two paddings";
        bool hasClassifier = change is "pool" or "classifier";
        byte type = change == "scale dimension" ? TfLiteTestFile.Int8 : TfLiteTestFile.UInt8;
        var file = new TfLiteTestFile(type, padsApart, hasClassifier ? 3 : 0, isFullyConnected: change == "classifier", width: 0.35);
        Apply(change, file);
        var options = new WeightsFileOptions
        {
            Architecture = change switch
            {
                "named network" => new(invertedResidualSettings: [.. MobileNetV2Architecture.PaperStages.SkipLast(1), new(1, 320, 1, 1)]),
                "named width" => new(),
                _ => null,
            },
        };

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TfLiteReader.Read("net.tflite", file.Write(), options));

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
            "depthwise stem" => () => AsDepthwise(stem, kernel),
            "full block" => () => AsFull(file),
            "stride" => () => stem.Options![1] = stem.Options[2] = 1,
            "third stride" => () => file.Operators[1].Options![1] = file.Operators[1].Options![2] = 3,
            "vertical stride" => () => stem.Options![2] = 3,
            "padding" => () => stem.Options![0] = (byte)1,
            "padding number" => () => stem.Options![0] = (byte)2,
            "activation" => () => stem.Options![3] = (byte)2,
            "activation number" => () => stem.Options![3] = (byte)4,
            "no activation" => () => file.Operators[3].Options![3] = (byte)0,
            "activation of a projection" => () => file.Operators[2].Options![3] = (byte)3,
            "activation of an addition" => () => (file.Operators[9].OptionsType, file.Operators[9].Options) = (11, new() { [0] = (byte)1 }),
            "dilation" => () => (stem.Options![4], stem.Options[5]) = (2, 1),
            "no dilation" => () => stem.Options![4] = stem.Options[5] = 0,
            "dilated stem" => () => stem.Options![4] = stem.Options[5] = 2,
            "dilated stride" => () => file.Operators[4].Options![5] = file.Operators[4].Options![6] = 2,
            "no options" => () => stem.OptionsType = 0,
            "kernel" => () => kernel.Shape = [16, 3, 3, 4],
            "kernel of no size" => () => kernel.Shape = [0, 3, 3, 3],
            "kernel length" => () => kernel.Data = new byte[431],
            "type" => () => kernel.Type = 7,
            "no scale" => () => kernel.Scales = null,
            "scales" => () => kernel.Scales = [1, 2],
            "zero points" => () => kernel.ZeroPoints = [1, 2],
            "scale dimension" => () => kernel.ScaleDimension = 1,
            "input" => () => stem.Inputs[0] = 1,
            "tensor" => () => stem.Inputs[1] = 9999,
            "inputs" => () => stem.Inputs = stem.Inputs[..1],
            "no shortcut" => () => file.Operators.RemoveAt(9),
            "passed shortcut" => () => PassShortcut(file),
            "other shortcut" => () => file.Operators[9].Inputs[1] = 0,
            "unknown operator" => () => Insert(file, 57),
            "twice" => () => file.Operators[1].Outputs[0] = stem.Outputs[0],
            "pad values" => () => file.Tensors.First(tensor => tensor.Shape is [4, 2]).Data![16] = 1,
            "padded twice" => () => file.Operators[1].Options![0] = (byte)0,
            "two paddings" => () => PadSymmetrically(file.Tensors.First(tensor => tensor.Shape is [4, 2])),
            "end" => () => file.Operators.RemoveAt(file.Operators.Count - 1),
            "pool" =>
                () => file.Tensors[file.Operators.Single(op => op.Code == TfLiteTestFile.AveragePool).Outputs[0]].Shape = [1, 7, 7, 1280],
            "classifier" => () => file.Weights["classifier.1.weight"].Shape = [3, 1279],
            "two last convolutions" => () => RepeatLast(file),
            "rank" => () => kernel.Shape = [16, 3, 3, 3, 1, 1, 1, 1, 1],
            "picture" => () => file.Tensors[0].Shape = [1, 224, 224, 4],
            "oblong image" => () => file.Tensors[0].Shape = [1, 192, 224, 3],
            "large image" => () => file.Tensors[0].Shape = [1, 4097, 4097, 3],
            "shared kernel" => () => Array.ForEach([.. file.Tensors.Where(tensor => tensor.Data is not null)], tensor => tensor.Data = []),
            "named network" or "named width" => () => { },
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };
        apply();
    }

    private static void AsDepthwise(TfLiteTestOperator stem, TfLiteTestTensor kernel)
    {
        (stem.Code, stem.OptionsType) = (TfLiteTestFile.Depthwise, 2);
        kernel.Shape = [1, 3, 3, 48];
    }

    private static void AsFull(TfLiteTestFile file)
    {
        TfLiteTestOperator depthwise = file.Operators[1];
        (depthwise.Code, depthwise.OptionsType, depthwise.Options) = (TfLiteTestFile.Conv, 1, new() { [1] = 1, [2] = 1, [3] = (byte)3 });
        file.Weights["features.1.conv.0.0.weight"].Shape = [16, 3, 3, 16];
    }

    private static void PassShortcut(TfLiteTestFile file)
    {
        int sum = file.Operators[9].Outputs[0];
        foreach (TfLiteTestOperator op in file.Operators.Where(op => op.Inputs[0] == sum))
        {
            op.Inputs[0] = file.Operators[8].Outputs[0];
        }

        file.Operators.RemoveAt(9);
    }

    private static void Insert(TfLiteTestFile file, int code)
    {
        file.Tensors.Add(new([1], TfLiteTestFile.UInt8));
        file.Operators[1].Inputs[0] = file.Tensors.Count - 1;
        file.Operators.Insert(1, new(code, file.Operators[0].Outputs, [file.Tensors.Count - 1]));
    }

    private static void PadSymmetrically(TfLiteTestTensor pads)
    {
        int[] values = [0, 0, 1, 1, 1, 1, 0, 0];
        pads.Data = [.. values.SelectMany(BitConverter.GetBytes)];
    }

    private static void RepeatLast(TfLiteTestFile file)
    {
        TfLiteTestOperator last = file.Operators[^1];
        file.Tensors.Add(new([1], TfLiteTestFile.UInt8));
        file.Operators.Add(new(last.Code, last.Inputs, [file.Tensors.Count - 1], last.OptionsType, last.Options));
    }
}
