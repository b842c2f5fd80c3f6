using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd;

/// <summary>Laws that hold for every legal stage table, width, divisor, size and padding.</summary>
[Trait("Category", "Slow")]
public class AnyNetworkTests
{
    private const double Tolerance = 1e-5;

    // Folding batch norm rounds every weight anew.
    private const double OtherFormTolerance = 1e-4;

    [Property(Arbitrary = [typeof(Networks)], MaxTest = 60)]
    public void Summary_OfAnyNetwork_HasTheShapesThatOnnxRuntimeInfersAndComputes(MobileNetV2Architecture network)
    {
        MobileNetV2Weights weights = Draw(network, BatchNormForm.Apart);
        using InferenceSession session = WithLayersAsOutputs(weights, out string[] layers);
        int[][] expected =
        [
            .. NetworkSummary.Create(network).Layers
                .Where(layer => layer.Name.StartsWith("Conv2d", StringComparison.Ordinal))
                .Select(layer => layer.OutputShape.ToArray()),
        ];

        using var options = new RunOptions();
        using OrtValue input = Input(weights);
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, [ModelTensors.Pixels], [input], layers);

        Assert.Equal(expected, layers.Select(layer => session.OutputMetadata[layer].Dimensions.Skip(1).ToArray()));
        Assert.Equal(expected, results.Select(result => result.GetTensorTypeAndShape().Shape.Skip(1).Select(side => (int)side).ToArray()));
    }

    [Property(Arbitrary = [typeof(Networks)], MaxTest = 60)]
    public void Weights_OfAnyNetworkInAnyForm_SurviveEveryFormatThatIsWritten(MobileNetV2Architecture network, bool isApart)
    {
        MobileNetV2Weights weights = Draw(network, isApart ? BatchNormForm.Apart : BatchNormForm.Folded);
        float[] expected = Run(weights);
        using var folder = new TempFolder();
        weights.SaveSafetensors(folder.File("w.safetensors"));
        weights.SaveOnnx(folder.File("w.onnx"));

        foreach (string file in folder.Names())
        {
            foreach (BatchNormForm? form in new BatchNormForm?[] { null, BatchNormForm.Folded, BatchNormForm.Apart })
            {
                MobileNetV2Weights read = new WeightsStore()
                    .Load(WeightsSource.FromFile(folder.File(file), new WeightsFileOptions { BatchNorm = form })).Weights;

                Assert.Equal(form ?? weights.BatchNorm, read.BatchNorm);
                Assert.Equal(weights.Preprocessing, read.Preprocessing);
                Assert.Equal(Settings(network), Settings(read.Architecture));
                double tolerance = read.BatchNorm == weights.BatchNorm ? Tolerance : OtherFormTolerance;
                Assert.InRange(Photos.MaxDifference([expected], [Run(read)]), 0, tolerance * (1 + expected.Max(Math.Abs)));
            }
        }
    }

    private static (int, double, int, double, int, PaddingFlavor, string) Settings(MobileNetV2Architecture network) => (
        network.NumClasses, network.WidthMultiplier, network.RoundNearest, network.Dropout, network.Resolution, network.Padding,
        string.Join(" ", network.Stages));

    private static MobileNetV2Weights Draw(MobileNetV2Architecture network, BatchNormForm form) =>
        RandomWeights.Create(network.FeatureCount, network, new ImagePreprocessing { Size = network.Resolution }, form);

    private static float[] Run(MobileNetV2Weights weights)
    {
        InferenceGraphOutputs output = weights.ClassCount is null ? InferenceGraphOutputs.Features : InferenceGraphOutputs.Logits;
        using var session = new NetworkSession(weights, output, FeatureTap.Features, new(1));
        float[] values = new float[session.OutputLength];
        session.Run(Pixels(weights), values);
        return values;
    }

    private static float[] Pixels(MobileNetV2Weights weights)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 3 * weights.Preprocessing.Size * weights.Preprocessing.Size).Select(_ => (float)random.Next(256))];
    }

    private static OrtValue Input(MobileNetV2Weights weights) =>
        OrtValue.CreateTensorValueFromMemory(Pixels(weights), [1, 3, weights.Preprocessing.Size, weights.Preprocessing.Size]);

    // Outputs that are declared without a shape get the one that ONNX's shape inference finds.
    private static InferenceSession WithLayersAsOutputs(MobileNetV2Weights weights, out string[] layers)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(InferenceGraph.Write(weights, InferenceGraphOutputs.Features));
        layers = [.. weights.Architecture.Convolutions().Select(layer => layer.Name)];
        foreach (string layer in layers)
        {
            var type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float } };
            model.Graph.Output.Add(new ValueInfoProto { Name = layer, Type = type });
        }

        using var bytes = new MemoryStream();
        Google.Protobuf.MessageExtensions.WriteTo(model, bytes);
        return new InferenceSession(bytes.ToArray());
    }

    private static class Networks
    {
        public static Arbitrary<MobileNetV2Architecture> Any()
        {
            Gen<InvertedResidualSetting> stage =
                from t in Gen.Choose(1, 6)
                from c in Gen.Choose(1, 40)
                from n in Gen.Choose(1, 2)
                from s in Gen.Choose(1, 2)
                select new InvertedResidualSetting(t, c, n, s);
            Gen<MobileNetV2Architecture> networks =
                from own in Gen.ListOf(stage, 7)
                from isPaper in Gen.Elements(false, false, true)
                from width in Gen.Choose(2, 24)
                from divisor in Gen.Elements(1, 2, 4, 8, 16)
                from size in Gen.Elements(32, 64, 96)
                from classes in Gen.Choose(0, 5)
                from padding in Gen.Elements(Enum.GetValues<PaddingFlavor>())
                select new MobileNetV2Architecture(
                    classes, width / 20.0, isPaper ? null : [.. own], divisor, dropout: classes / 10.0, resolution: size, padding: padding);
            return networks.ToArbitrary();
        }
    }
}
