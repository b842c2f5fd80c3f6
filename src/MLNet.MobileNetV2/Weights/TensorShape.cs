namespace MLNet.MobileNetV2.Weights;

/// <summary>Counts and shows tensor shapes that may come from an untrusted file.</summary>
internal static class TensorShape
{
    /// <summary>The number of elements; null where a dimension is negative or an array cannot hold them.</summary>
    public static int? Count(IReadOnlyList<int> shape)
    {
        long count = 1;
        bool tooMany = false;
        foreach (int dimension in shape)
        {
            if (dimension < 0)
            {
                return null;
            }

            tooMany = dimension != 0 && (tooMany || count > Array.MaxLength / dimension);
            count = tooMany ? 1 : count * dimension;
        }

        return tooMany ? null : (int)count;
    }

    /// <summary>The shape as it is written in messages: <c>[32, 3, 3, 3]</c>.</summary>
    public static string Show(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
