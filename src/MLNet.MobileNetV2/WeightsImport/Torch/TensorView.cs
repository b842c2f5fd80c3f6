using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>A tensor's place in its storage, checked to lie within it. A stride is 0 where a dimension has no second position.</summary>
internal sealed record TensorView(string Name, TorchStorage Storage, int Offset, int[] Shape, int[] Strides, int Count)
{
    private const int MaxRank = 8;

    /// <summary>Whether its values follow one another in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            int expected = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] > 1 && Strides[i] != expected)
                {
                    return false;
                }

                expected *= Shape[i];
            }

            return true;
        }
    }

    public static TensorView Of(string source, string name, TorchTensor tensor)
    {
        if (tensor.Sizes.Length > MaxRank || tensor.Strides.Length != tensor.Sizes.Length)
        {
            throw new WeightsFormatException(
                source,
                $"the tensor '{name}' has {tensor.Sizes.Length} dimensions and {tensor.Strides.Length} strides; "
                + $"up to {MaxRank} and as many are allowed.");
        }

        int[] shape = new int[tensor.Sizes.Length];
        Int128 last = tensor.Offset;
        for (int i = 0; i < shape.Length; i++)
        {
            if (tensor.Sizes[i] is not (long size and >= 0 and <= int.MaxValue) || tensor.Strides[i] is not (long stride and >= 0))
            {
                throw new WeightsFormatException(
                    source,
                    $"the tensor '{name}' has a dimension of {tensor.Sizes[i] ?? "None"} with a stride of {tensor.Strides[i] ?? "None"}; "
                    + "32-bit sizes and strides from 0 are allowed.");
            }

            shape[i] = (int)size;
            last += (size - 1) * (Int128)stride;
        }

        // Expanded dimensions (stride 0) may not give more values than there are: memory stays with what the file holds.
        int? count = TensorShape.Count(shape);
        bool isEmpty = count == 0;
        if (tensor.Offset < 0 || !(isEmpty || (count <= tensor.Storage.Count && last < tensor.Storage.Count)))
        {
            throw new WeightsFormatException(
                source,
                $"the tensor '{name}' of shape {TensorShape.Show(shape)}, strides [{string.Join(", ", tensor.Strides)}] "
                + $"and offset {tensor.Offset} does not fit the {tensor.Storage.Count} elements of its storage '{tensor.Storage.Key}'.");
        }

        // Strides that lead from one element to another lie within the storage; others may be any number.
        int[] strides = [.. shape.Select((size, i) => isEmpty || size == 1 ? 0 : (int)(long)tensor.Strides[i]!)];
        return new(name, tensor.Storage, isEmpty ? 0 : (int)tensor.Offset, shape, strides, count!.Value);
    }
}
