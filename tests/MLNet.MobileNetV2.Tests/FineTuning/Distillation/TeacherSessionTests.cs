using MLNet.MobileNetV2.FineTuning.Distillation;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Tests.FineTuning.Distillation;

public sealed class TeacherSessionTests
{
    [Fact]
    public void Run_GivesTheMapsTheFeaturesAndTheLogitsOfInference()
    {
        MobileNetV2Weights weights = TinyNetwork.Weights.ResetClassifier(3, seed: 1);
        using var teacher = new TeacherBatch(weights);

        for (int block = 0; block <= TinyNetwork.Blocks; block++)
        {
            Check(ModelTensors.MapOf(block), InferenceGraphOutputs.Features, new FeatureTap(block, IsPooled: false));
        }

        Check(ModelTensors.Features, InferenceGraphOutputs.Features, FeatureTap.Features);
        Check(ModelTensors.Logits, InferenceGraphOutputs.Logits, FeatureTap.Features);

        void Check(string output, InferenceGraphOutputs kind, FeatureTap tap)
        {
            using var session = new NetworkSession(weights, kind, tap, new(IntraOpThreadCount: 1));
            float[] expected = new float[session.OutputLength];
            session.Run(teacher.Batch.PixelsOf(2), expected);
            Assert.Equal(expected, teacher.Batch.OutputOf(output, 2).ToArray(), (a, b) => Math.Abs(a - b) < 1e-4);
        }
    }

    [Fact]
    public void Outputs_AreTheMapsOfTheUnitsAskedForAndTheFeatures()
    {
        using var session = new TeacherSession(TinyNetwork.Weights.WithoutClassifier(), [0, 3]);

        Assert.Equal([ModelTensors.Features, "map.0", "map.3"], session.Lengths.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(TinyNetwork.Weights.Architecture.Stem.OutputChannels, session.ChannelsOf("map.0"));
    }
}
