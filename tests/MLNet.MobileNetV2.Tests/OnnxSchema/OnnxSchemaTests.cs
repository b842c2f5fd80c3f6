using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Tests.OnnxSchema;

/// <summary>The messages have the field numbers of the ONNX specification: bytes are written out here as it says.</summary>
public sealed class OnnxSchemaTests
{
    // ir_version 8; producer_name "ab"; graph { node { input "x", output "y", op_type "Relu" }, name "g" }
    private static readonly byte[] s_model =
    [
        0x08, 8, 0x12, 2, (byte)'a', (byte)'b', 0x3A, 17,
        0x0A, 12, 0x0A, 1, (byte)'x', 0x12, 1, (byte)'y', 0x22, 4, (byte)'R', (byte)'e', (byte)'l', (byte)'u',
        0x12, 1, (byte)'g',
    ];

    [Fact]
    public void Parse_OfTheSpecificationsBytes_FindsEveryField()
    {
        ModelProto model = ModelProto.Parser.ParseFrom(s_model);

        Assert.Equal((8, "ab", "g"), (model.IrVersion, model.ProducerName, model.Graph.Name));
        NodeProto node = Assert.Single(model.Graph.Node);
        Assert.Equal(("x", "y", "Relu"), (Assert.Single(node.Input), Assert.Single(node.Output), node.OpType));
    }

    [Fact]
    public void ModelTensors_HaveTheNamesOfReleasedModels() => Assert.Equal(
        ["pixels", "features", "logits", "probabilities", "missing"],
        [ModelTensors.Pixels, ModelTensors.Features, ModelTensors.Logits, ModelTensors.Probabilities, ModelTensors.Missing]);
}
