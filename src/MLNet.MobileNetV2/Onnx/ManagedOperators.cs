using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>
/// The nodes of a graph that C# computes, as operators that a session of ONNX Runtime takes. Dispose it after the sessions.
/// </summary>
internal sealed unsafe class ManagedOperators : IDisposable
{
    /// <summary>The domain of the operators.</summary>
    public const string Domain = "mlnet.mobilenetv2";

    private readonly int _threads;
    private readonly List<IntPtr> _definitions = [];
    private readonly void* _name = (void*)Marshal.StringToCoTaskMemUTF8(Domain);
    private void* _domain;

    /// <summary>Makes the operators known.</summary>
    /// <param name="operators">The operators.</param>
    /// <param name="threads">Threads of the session.</param>
    public ManagedOperators(IEnumerable<ManagedOperator> operators, int threads)
    {
        _threads = threads;
        _domain = OnnxRuntimeApi.Instance.CreateDomain(_name);
        foreach (ManagedOperator managed in operators)
        {
            CustomOperator* definition = Define(managed);
            _definitions.Add((IntPtr)definition);
            OnnxRuntimeApi.Instance.AddToDomain(_domain, definition);
        }
    }

    /// <summary>Lets sessions that are made with these options use the operators.</summary>
    public void AddTo(SessionOptions options) => OnnxRuntimeApi.Instance.AddDomain(options, _domain);

    public void Dispose()
    {
        if (_domain is null)
        {
            return;
        }

        OnnxRuntimeApi.Instance.ReleaseDomain(_domain);
        _domain = null;
        foreach (IntPtr definition in _definitions)
        {
            var freed = (CustomOperator*)definition;
            GCHandle.FromIntPtr(freed->Kernel).Free();
            Marshal.FreeCoTaskMem(freed->Name);
            NativeMemory.Free(freed);
        }

        Marshal.FreeCoTaskMem((IntPtr)_name);
    }

    private CustomOperator* Define(ManagedOperator managed)
    {
        var definition = (CustomOperator*)NativeMemory.AllocZeroed((nuint)sizeof(CustomOperator));
        definition->Version = CustomOperator.UsedVersion;
        definition->GetName = &GetName;
        definition->GetProvider = &GetProvider;
        definition->GetInputType = &GetFloat;
        definition->GetInputCount = &GetInputCount;
        definition->GetOutputType = &GetFloat;
        definition->GetOutputCount = &GetOutputCount;
        definition->GetInputKind = &GetRequired;
        definition->GetOutputKind = &GetRequired;
        definition->GetInputMemory = &GetRequired;
        definition->CreateKernel2 = &CreateKernel;
        definition->Compute2 = &Compute;
        definition->Destroy = &Destroy;
        definition->Kernel = GCHandle.ToIntPtr(GCHandle.Alloc(new Kernel(managed, _threads)));
        definition->Name = Marshal.StringToCoTaskMemUTF8(managed.Name);
        definition->Inputs = (nuint)managed.InputLengths.Count;
        definition->Outputs = (nuint)managed.OutputShapes.Count;
        return definition;
    }

    [UnmanagedCallersOnly]
    private static IntPtr GetName(CustomOperator* definition) => definition->Name;

    // None: the CPU's.
    [UnmanagedCallersOnly]
    private static IntPtr GetProvider(CustomOperator* definition) => IntPtr.Zero;

    [UnmanagedCallersOnly]
    private static int GetFloat(CustomOperator* definition, nuint index) => 1;

    [UnmanagedCallersOnly]
    private static int GetRequired(CustomOperator* definition, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static nuint GetInputCount(CustomOperator* definition) => definition->Inputs;

    [UnmanagedCallersOnly]
    private static nuint GetOutputCount(CustomOperator* definition) => definition->Outputs;

    [UnmanagedCallersOnly]
    private static void* CreateKernel(CustomOperator* definition, void* api, void* info, IntPtr* kernel)
    {
        *kernel = definition->Kernel;
        return null;
    }

    // An error must not pass through native code.
    [UnmanagedCallersOnly]
    private static void* Compute(IntPtr handle, void* context)
    {
        try
        {
            var kernel = (Kernel)GCHandle.FromIntPtr(handle).Target!;
            kernel.Operator.Compute(new(kernel.Operator, OnnxRuntimeApi.Instance, context, kernel.Threads));
            return null;
        }
        catch (Exception error)
        {
            return OnnxRuntimeApi.Instance.CreateStatus(error.ToString());
        }
    }

    [UnmanagedCallersOnly]
    private static void Destroy(IntPtr kernel)
    {
    }

    private sealed record Kernel(ManagedOperator Operator, int Threads);

    /// <summary>The C interface's OrtCustomOp as of version 16, in whose order it is, and what its functions need behind it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CustomOperator
    {
        public const uint UsedVersion = 16;

        public uint Version;
        public void* CreateKernel1;
        public delegate* unmanaged<CustomOperator*, IntPtr> GetName;
        public delegate* unmanaged<CustomOperator*, IntPtr> GetProvider;
        public delegate* unmanaged<CustomOperator*, nuint, int> GetInputType;
        public delegate* unmanaged<CustomOperator*, nuint> GetInputCount;
        public delegate* unmanaged<CustomOperator*, nuint, int> GetOutputType;
        public delegate* unmanaged<CustomOperator*, nuint> GetOutputCount;
        public void* Compute1;
        public delegate* unmanaged<IntPtr, void> Destroy;
        public delegate* unmanaged<CustomOperator*, nuint, int> GetInputKind;
        public delegate* unmanaged<CustomOperator*, nuint, int> GetOutputKind;
        public delegate* unmanaged<CustomOperator*, nuint, int> GetInputMemory;
        public fixed long Variadic[4];
        public delegate* unmanaged<CustomOperator*, void*, void*, IntPtr*, void*> CreateKernel2;
        public delegate* unmanaged<IntPtr, void*, void*> Compute2;

        // Later versions' functions, which are not looked at, and a gap for those that check for null.
        public fixed long Later[16];
        public IntPtr Kernel;
        public IntPtr Name;
        public nuint Inputs;
        public nuint Outputs;
    }
}
