using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>
/// The functions of ONNX Runtime's C interface that operators of our own need and that its C# interface does not have. That interface is
/// a table of functions to which versions only append. Immutable and thread-safe.
/// </summary>
internal sealed unsafe class OnnxRuntimeApi
{
    // The first version that has all of these functions.
    private const uint Version = 17;

    private const int GetErrorMessagePlace = 2;
    private const int CreateDomainPlace = 26;
    private const int AddToDomainPlace = 27;
    private const int AddDomainPlace = 28;
    private const int TensorDataPlace = 51;
    private const int GetInputPlace = 90;
    private const int GetOutputPlace = 91;
    private const int ReleaseStatusPlace = 93;
    private const int ReleaseDomainPlace = 101;
    private const int ParallelForPlace = 274;

    private static readonly Lazy<OnnxRuntimeApi> Loaded = new(() => new());

    private readonly void** _table;

    private OnnxRuntimeApi()
    {
        IntPtr library = NativeLibrary.Load("onnxruntime", typeof(InferenceSession).Assembly, searchPath: null);
        var getBase = (delegate* unmanaged<void**>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        var getApi = (delegate* unmanaged<uint, void**>)getBase()[0];
        _table = getApi(Version);
        if (_table is null)
        {
            throw new NotSupportedException("The installed ONNX Runtime is older than 1.17; training needs a later one.");
        }
    }

    /// <summary>The interface of the library that is loaded.</summary>
    public static OnnxRuntimeApi Instance => Loaded.Value;

    public void* CreateStatus(string message)
    {
        IntPtr text = Marshal.StringToCoTaskMemUTF8(message);
        void* status = ((delegate* unmanaged<int, void*, void*>)_table[0])(1, (void*)text);
        Marshal.FreeCoTaskMem(text);
        return status;
    }

    public void* CreateDomain(void* name)
    {
        void* domain;
        Check(((delegate* unmanaged<void*, void**, void*>)_table[CreateDomainPlace])(name, &domain));
        return domain;
    }

    public void AddToDomain(void* domain, void* definition) =>
        Check(((delegate* unmanaged<void*, void*, void*>)_table[AddToDomainPlace])(domain, definition));

    public void AddDomain(SessionOptions options, void* domain)
    {
        Check(((delegate* unmanaged<void*, void*, void*>)_table[AddDomainPlace])((void*)options.DangerousGetHandle(), domain));
        GC.KeepAlive(options);
    }

    public void ReleaseDomain(void* domain) => ((delegate* unmanaged<void*, void>)_table[ReleaseDomainPlace])(domain);

    public float* Input(void* context, int index)
    {
        void* value;
        Check(((delegate* unmanaged<void*, nuint, void**, void*>)_table[GetInputPlace])(context, (nuint)index, &value));
        return Data(value);
    }

    public float* Output(void* context, int index, long[] shape)
    {
        void* value;
        fixed (long* dimensions = shape)
        {
            Check(((delegate* unmanaged<void*, nuint, long*, nuint, void**, void*>)_table[GetOutputPlace])(
                context, (nuint)index, dimensions, (nuint)shape.Length, &value));
        }

        return Data(value);
    }

    /// <summary>Runs pieces of work on the threads of the session. The first error comes as it is.</summary>
    public void ParallelFor(void* context, int count, Action<int> piece)
    {
        var pieces = new Pieces(piece);
        GCHandle handle = GCHandle.Alloc(pieces);
        try
        {
            Check(((delegate* unmanaged<void*, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, void*>)
                _table[ParallelForPlace])(context, &RunPiece, (nuint)count, 0, (void*)GCHandle.ToIntPtr(handle)));
        }
        finally
        {
            handle.Free();
        }

        pieces.Error?.Throw();
    }

    [UnmanagedCallersOnly]
    private static void RunPiece(void* handle, nuint index)
    {
        var pieces = (Pieces)GCHandle.FromIntPtr((IntPtr)handle).Target!;
        try
        {
            pieces.Piece((int)index);
        }
        catch (Exception error)
        {
            pieces.Error = ExceptionDispatchInfo.Capture(error);
        }
    }

    private float* Data(void* value)
    {
        void* data;
        Check(((delegate* unmanaged<void*, void**, void*>)_table[TensorDataPlace])(value, &data));
        return (float*)data;
    }

    private void Check(void* status)
    {
        if (status is not null)
        {
            var text = (IntPtr)((delegate* unmanaged<void*, byte*>)_table[GetErrorMessagePlace])(status);
            string? message = Marshal.PtrToStringUTF8(text);
            ((delegate* unmanaged<void*, void>)_table[ReleaseStatusPlace])(status);
            throw new InvalidOperationException($"ONNX Runtime: {message}");
        }
    }

    private sealed class Pieces(Action<int> piece)
    {
        public Action<int> Piece => piece;

        public ExceptionDispatchInfo? Error { get; set; }
    }
}
