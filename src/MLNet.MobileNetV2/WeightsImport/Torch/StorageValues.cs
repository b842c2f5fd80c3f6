using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>Reads storages as float32, each once: contiguous tensors are parts of them, others are gathered.</summary>
internal sealed class StorageValues(string source, ITorchFile file)
{
    // Gathered values may be as many as the storages have, twice: tied weights have two names.
    private const int MaxCopies = 2;

    // 256 MiB in all: what compressed entries inflate to must not grow again.
    private const int MaxValues = 64 * 1024 * 1024;

    private readonly Dictionary<TorchStorage, float[]> _storages = [];
    private long _gatherable;
    private long _valuesLeft = MaxValues;

    /// <summary>Checks that the file holds the storage of a tensor.</summary>
    public void Check(TensorView tensor)
    {
        TorchStorage storage = tensor.Storage;
        long length = file.LengthOf(storage);
        if (length != storage.Length)
        {
            throw Error(
                tensor,
                $"needs {storage.Length:N0} bytes for its storage '{storage.Key}' of {storage.Type}; the file has {length:N0} for it.");
        }
    }

    /// <summary>The values of a checked floating-point tensor in row-major order.</summary>
    public ReadOnlyMemory<float> Of(TensorView tensor)
    {
        if (!_storages.TryGetValue(tensor.Storage, out float[]? values))
        {
            Reserve(tensor, tensor.Storage.Count);
            values = ToSingle(tensor.Storage);
            _storages.Add(tensor.Storage, values);
            _gatherable += (long)values.Length * MaxCopies;
        }

        if (tensor.IsContiguous)
        {
            return values.AsMemory(tensor.Offset, tensor.Count);
        }

        _gatherable -= tensor.Count;
        if (_gatherable < 0)
        {
            throw Error(tensor, $"and those before it view the same storages in other orders more than {MaxCopies} times.");
        }

        Reserve(tensor, tensor.Count);
        float[] gathered = new float[tensor.Count];
        Gather(values, tensor, gathered);
        return gathered;
    }

    private static void Gather(ReadOnlySpan<float> values, TensorView tensor, Span<float> destination)
    {
        ReadOnlySpan<int> shape = tensor.Shape;
        ReadOnlySpan<int> strides = tensor.Strides;
        Span<int> indices = stackalloc int[shape.Length];
        indices.Clear();
        long position = tensor.Offset;
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = values[(int)position];
            for (int dimension = shape.Length - 1; dimension >= 0; dimension--)
            {
                position += strides[dimension];
                if (++indices[dimension] < shape[dimension])
                {
                    break;
                }

                position -= (long)strides[dimension] * shape[dimension];
                indices[dimension] = 0;
            }
        }
    }

    private void Reserve(TensorView tensor, int count)
    {
        _valuesLeft -= count;
        if (_valuesLeft < 0)
        {
            throw Error(tensor, $"and those before it need more than {MaxValues:N0} values in all, which are allowed.");
        }
    }

    private float[] ToSingle(TorchStorage storage)
    {
        float[] values = new float[storage.Count];
        if (storage.Type == TorchStorageType.Float)
        {
            file.Copy(storage, MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        byte[] data = new byte[storage.Length];
        file.Copy(storage, data);
        switch (storage.Type)
        {
            case TorchStorageType.Half:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(data), values);
                break;
            case TorchStorageType.BFloat16:
                BFloat16.ToSingle(MemoryMarshal.Cast<byte, ushort>(data), values);
                break;
            default:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(data), values);
                break;
        }

        return values;
    }

    private WeightsFormatException Error(TensorView tensor, string reason) => new(source, $"the tensor '{tensor.Name}' {reason}");
}
