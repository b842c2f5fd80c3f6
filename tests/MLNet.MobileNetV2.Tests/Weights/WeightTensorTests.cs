namespace MLNet.MobileNetV2.Tests.Weights;

public sealed class WeightTensorTests
{
    [Theory]
    [InlineData(new int[0], 1)]
    [InlineData(new[] { 2, 3 }, 6)]
    [InlineData(new[] { int.MaxValue, int.MaxValue, 0 }, 0)]
    public void New_AsManyValuesAsTheShapeHas_IsAccepted(int[] shape, int count)
    {
        var tensor = new WeightTensor(shape, new float[count]);

        Assert.Equal(shape, tensor.Shape);
        Assert.Equal(count, tensor.Values.Length);
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, 5)]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue }, 1)]
    public void New_AnotherNumberOfValues_ThrowsNamingShapeAndNumber(int[] shape, int count)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new WeightTensor(shape, new float[count]));

        Assert.Contains($"[{string.Join(", ", shape)}]", e.Message, StringComparison.Ordinal);
        Assert.Contains($"{count} values were given", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void New_NegativeDimension_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightTensor([-1, -1], new float[1]));

    [Fact]
    public void New_ShapeThatTheCallerChangesLater_IsKept()
    {
        int[] shape = [2];
        var tensor = new WeightTensor(shape, new float[2]);

        shape[0] = 7;

        Assert.Equal([2], tensor.Shape);
    }
}
