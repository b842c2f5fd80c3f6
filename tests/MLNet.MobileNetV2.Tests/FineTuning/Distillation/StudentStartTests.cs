using MLNet.MobileNetV2.FineTuning.Distillation;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.FineTuning.Distillation;

public sealed class StudentStartTests
{
    private static readonly MobileNetV2Weights s_student = RandomWeights.Create(
        78, RandomWeights.Narrow(), TinyNetwork.Weights.Preprocessing);

    [Fact]
    public void Make_OfTheTeacher_LeavesIt()
    {
        using var teacher = new TeacherBatch(TinyNetwork.Weights);

        MobileNetV2Weights start = Make(TinyNetwork.Weights, teacher);

        foreach ((string name, WeightTensor tensor) in TinyNetwork.Weights.WithBatchNorm(BatchNormForm.Apart).Tensors)
        {
            Assert.Equal(tensor.Values.ToArray(), start.Tensors[name].Values.ToArray());
        }
    }

    [Fact]
    public void Make_OfAnotherNetwork_GivesEachBlocksOutputTheTeachersMeanAndKeepsKernels()
    {
        using var teacher = new TeacherBatch(TinyNetwork.Weights);

        MobileNetV2Weights start = Make(s_student, teacher);

        IReadOnlyList<InvertedResidualBlock> blocks = start.Architecture.Blocks;
        int rescaled = 0;
        for (int unit = 1; unit <= blocks.Count; unit++)
        {
            LayerTensors names = LayerTensors.Of(blocks[unit - 1].Projection);
            Assert.Equal(s_student.Tensors[names.Kernel].Values.ToArray(), start.Tensors[names.Kernel].Values.ToArray());
            if (start.Tensors[names.Beta].Values.Span.SequenceEqual(
                s_student.WithBatchNorm(BatchNormForm.Apart).Tensors[names.Beta].Values.Span))
            {
                continue;
            }

            rescaled++;
            float[] output = teacher.Batch.Output(ModelTensors.MapOf(unit), TeacherBatch.Count).ToArray();
            float[] input = teacher.Batch.Output(ModelTensors.MapOf(unit - 1), TeacherBatch.Count).ToArray();
            float[] residual = blocks[unit - 1].HasShortcut ? [.. output.Zip(input, (x, y) => x - y)] : output;
            (double mean, double variance) = MapVariance.OfChannel(
                residual, TeacherBatch.Count, teacher.Session.ChannelsOf(ModelTensors.MapOf(unit)), channel: 1);
            Assert.Equal(mean, start.Tensors[names.Beta].Values.Span[1], 1e-4);
            Assert.Equal(Math.Sqrt(variance), start.Tensors[names.Gamma].Values.Span[1], 1e-4);
        }

        Assert.InRange(rescaled, 1, blocks.Count);
    }

    [Fact]
    public void Make_OfAnotherNetwork_IsNoFurtherFromTheTeacherThanTwiceItsVariance()
    {
        using var teacher = new TeacherBatch(TinyNetwork.Weights);

        MobileNetV2Weights start = Make(s_student, teacher);

        // Two values of one mean and deviation that have nothing to do with each other are twice the variance apart.
        TrainedTensors all = TrainedTensors.Of(new TrainedPart(start, FineTuneBlocks.All), BatchNormTraining.ScaleAndShift);
        float[] parameters = new float[all.TotalLength];
        foreach (TrainedTensor tensor in all)
        {
            start.Tensors[tensor.Name].Values.Span.CopyTo(tensor.In(parameters.AsSpan()));
        }

        for (int unit = 1; unit < teacher.Units - 1; unit++)
        {
            using var range = new RangeTrainer(
                start, new(unit, unit), all, new() { BatchNorm = BatchNormTraining.ScaleAndShift }, teacher.Session, threads: 1);
            Assert.InRange(range.Measure(parameters, teacher.Batch, TestContext.Current.CancellationToken), 0, 3);
        }
    }

    private static MobileNetV2Weights Make(MobileNetV2Weights student, TeacherBatch teacher) =>
        new StudentStart(student, teacher.Session, teacher.Batch, threads: 1, TestContext.Current.CancellationToken).Make();
}
