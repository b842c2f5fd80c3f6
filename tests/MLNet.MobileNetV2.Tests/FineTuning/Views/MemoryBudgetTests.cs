using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2.Tests.FineTuning.Views;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void TryTake_MoreThanIsLeft_TakesNothing()
    {
        var budget = new MemoryBudget(10);

        Assert.True(budget.TryTake(6));
        Assert.False(budget.TryTake(5));
        Assert.Equal(6, budget.UsedBytes);
        Assert.True(budget.TryTake(4));
        Assert.Equal(10, budget.UsedBytes);
    }

    [Fact]
    public void GiveBack_MakesRoomAgain()
    {
        var budget = new MemoryBudget(10);
        Assert.True(budget.TryTake(10));

        budget.GiveBack(10);

        Assert.Equal(0, budget.UsedBytes);
        Assert.True(budget.TryTake(10));
    }

    [Fact]
    public void TryTake_ManyThreads_NeverTakeMoreThanThereIs()
    {
        var budget = new MemoryBudget(1000);
        int taken = 0;

        Parallel.For(0, 5000, _ =>
        {
            if (budget.TryTake(3))
            {
                Interlocked.Add(ref taken, 3);
            }
        });

        Assert.InRange(taken, 1, 1000);
        Assert.Equal(taken, budget.UsedBytes);
    }
}
