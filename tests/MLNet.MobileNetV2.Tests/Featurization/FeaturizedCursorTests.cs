using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Tests.Featurization;

public class FeaturizedCursorTests
{
    private static readonly BadImageException s_bad = new("rose.jpg", "it is empty.");

    [Fact]
    public void MoveNext_OfAWrappedBadImage_ThrowsTheBadImage()
    {
        using var cursor = new FeaturizedCursor(new FailingCursor(onMove: new InvalidOperationException("A worker failed.", s_bad)));

        Assert.Same(s_bad, Assert.Throws<BadImageException>(() => cursor.MoveNext()));
    }

    [Fact]
    public void MoveNext_OfAnotherError_ThrowsItAsItIs()
    {
        var error = new InvalidOperationException("A worker failed.", new ArithmeticException());
        using var cursor = new FeaturizedCursor(new FailingCursor(onMove: error));

        Assert.Same(error, Assert.Throws<InvalidOperationException>(() => cursor.MoveNext()));
    }

    [Fact]
    public void Dispose_AfterABadImageInARowThatWasNotRead_DoesNotThrow() =>
        new FeaturizedCursor(new FailingCursor(onDispose: new InvalidOperationException("A worker failed.", s_bad))).Dispose();

    [Fact]
    public void Dispose_AfterAnotherError_ThrowsIt() => Assert.Throws<InvalidOperationException>(
        () => new FeaturizedCursor(new FailingCursor(onDispose: new InvalidOperationException("A worker failed."))).Dispose());

    /// <summary>A cursor of ML.NET's whose worker threads have met an error.</summary>
    private sealed class FailingCursor(Exception? onMove = null, Exception? onDispose = null) : DataViewRowCursor
    {
        private bool _isDisposed;

        public override DataViewSchema Schema { get; } = new DataViewSchema.Builder().ToSchema();

        public override long Position => -1;

        public override long Batch => 0;

        public override bool MoveNext() => onMove is null ? false : throw onMove;

        public override bool IsColumnActive(DataViewSchema.Column column) => throw new NotSupportedException();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => throw new NotSupportedException();

        public override ValueGetter<DataViewRowId> GetIdGetter() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_isDisposed)
            {
                _isDisposed = true;
                if (onDispose is not null)
                {
                    throw onDispose;
                }
            }

            base.Dispose(disposing);
        }
    }
}
