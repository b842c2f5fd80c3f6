using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class InputCacheTests
{
    private static readonly float[] s_input = [1, 2, 3, 4];

    [Fact]
    public void TryRead_OfWhatWasAdded_GivesACopyOfIt()
    {
        var cache = new InputCache(new MemoryBudget(1000));
        float[] given = [.. s_input];
        cache.Add(3, 1, given);
        given[0] = 9;
        float[] found = new float[4];

        Assert.True(cache.TryRead(3, 1, found));
        Assert.Equal(s_input, found);
        found[1] = 9;
        Assert.True(cache.TryRead(3, 1, found));
        Assert.Equal(s_input, found);
        Assert.False(cache.TryRead(1, 3, found));
        Assert.False(cache.TryRead(3, 0, found));
    }

    [Fact]
    public void Add_BeyondTheBudget_KeepsNothingAndTakesNoRoom()
    {
        var cache = new InputCache(new MemoryBudget(2 * 16));
        cache.Add(0, 0, s_input);
        cache.Add(1, 0, new float[5]);
        cache.Add(2, 0, s_input);
        cache.Add(3, 0, s_input);

        Assert.Equal([true, false, true, false], Enumerable.Range(0, 4).Select(photo => cache.TryRead(photo, 0, new float[4])));
    }

    [Fact]
    public void Add_Twice_TakesRoomOnce()
    {
        var cache = new InputCache(new MemoryBudget(2 * 16));
        cache.Add(0, 0, s_input);
        cache.Add(0, 0, s_input);
        cache.Add(1, 0, s_input);

        Assert.True(cache.TryRead(1, 0, new float[4]));
    }

    [Fact]
    public void Add_TwoCachesOfOneBudget_StayWithinItTogether()
    {
        var budget = new MemoryBudget(2 * 16);
        var first = new InputCache(budget);
        var second = new InputCache(budget);
        first.Add(0, 0, s_input);
        second.Add(0, 0, s_input);
        first.Add(1, 0, s_input);
        second.Add(1, 0, s_input);

        Assert.Equal(32, budget.UsedBytes);
        Assert.True(first.TryRead(0, 0, new float[4]));
        Assert.True(second.TryRead(0, 0, new float[4]));
        Assert.False(first.TryRead(1, 0, new float[4]));
        Assert.False(second.TryRead(1, 0, new float[4]));
    }

    [Fact]
    public void Clear_GivesTheMemoryBack()
    {
        var budget = new MemoryBudget(2 * 16);
        var cache = new InputCache(budget);
        cache.Add(0, 0, s_input);
        cache.Add(1, 0, s_input);

        cache.Clear();

        Assert.Equal(0, budget.UsedBytes);
        Assert.False(cache.TryRead(0, 0, new float[4]));
        cache.Add(2, 0, s_input);
        Assert.True(cache.TryRead(2, 0, new float[4]));
    }

    [Fact]
    public void Add_WithoutABudget_KeepsNothing()
    {
        var cache = new InputCache(new MemoryBudget(0));
        cache.Add(0, 0, s_input);

        Assert.False(cache.TryRead(0, 0, new float[4]));
    }

    [Fact]
    public void Add_FromManyThreads_StaysWithinTheBudget()
    {
        var cache = new InputCache(new MemoryBudget(100 * 16));

        Parallel.For(0, 1000, call => cache.Add(call % 300, 0, s_input));

        int kept = Enumerable.Range(0, 300).Count(photo => cache.TryRead(photo, 0, new float[4]));
        Assert.InRange(kept, 1, 100);
    }
}
