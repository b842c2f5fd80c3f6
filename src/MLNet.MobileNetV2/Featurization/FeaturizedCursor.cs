using System.Runtime.ExceptionServices;
using Microsoft.ML;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization;

/// <summary>
/// Moves over featurized rows. ML.NET featurizes several rows at a time on threads of its own and wraps what they throw in an error
/// about those threads; this cursor throws the error itself, which names the picture.
/// </summary>
internal sealed class FeaturizedCursor(DataViewRowCursor source) : DelegatingCursor(source)
{
    public override long Position => Source.Position;

    public override bool MoveNext()
    {
        try
        {
            return Source.MoveNext();
        }
        catch (InvalidOperationException error) when (IsWrapped(error))
        {
            ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        catch (InvalidOperationException error) when (IsWrapped(error))
        {
            // ML.NET throws here what its threads met in rows beyond the last one read: it would hide an error of that row.
        }
    }

    private static bool IsWrapped(InvalidOperationException error) =>
        error.InnerException is BadImageException or OperationCanceledException or ObjectDisposedException;
}
