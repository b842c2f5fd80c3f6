using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Tests.FineTuning.Gradients;

public class PairsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(27)]
    [InlineData(112)]
    public void SplitAndJoin_AnyLength_GiveTheRowAgain(int length)
    {
        float[] row = [.. Enumerable.Range(1, length).Select(i => (float)i)];
        float[] first = new float[(length + 1) / 2];
        float[] second = new float[length / 2];
        float[] joined = new float[length];

        Pairs.Split(row, first, second);
        Pairs.Join(first, second, joined);

        Assert.Equal(row.Where((_, i) => i % 2 == 0), first);
        Assert.Equal(row.Where((_, i) => i % 2 == 1), second);
        Assert.Equal(row, joined);
    }
}
