using System.Text.Json;

namespace MLNet.MobileNetV2.Weights;

/// <summary>A safetensors header's entry for one tensor, checked for consistency.</summary>
internal sealed record SafetensorsEntry(string Name, SafetensorsType Type, int[] Shape, int Count, long Begin, long End)
{
    public static SafetensorsEntry Read(string source, string name, JsonElement json)
    {
        string? typeName = json.GetProperty(SafetensorsHeader.Type).GetString();
        if (!Enum.GetNames<SafetensorsType>().Contains(typeName, StringComparer.Ordinal))
        {
            throw new WeightsFormatException(
                source, $"the tensor '{name}' has the type '{typeName}'; F32, F16, BF16 and I8 are allowed, and I64 for counters.");
        }

        SafetensorsType type = Enum.Parse<SafetensorsType>(typeName!);

        JsonElement dimensions = json.GetProperty(SafetensorsHeader.Shape);
        if (dimensions.GetArrayLength() > SafetensorsHeader.MaxRank)
        {
            throw new WeightsFormatException(
                source,
                $"the tensor '{name}' has {dimensions.GetArrayLength()} dimensions; up to {SafetensorsHeader.MaxRank} are allowed.");
        }

        int[] shape = [.. dimensions.EnumerateArray().Select(dimension => dimension.GetInt32())];
        JsonElement offsets = json.GetProperty(SafetensorsHeader.Offsets);
        if (offsets.GetArrayLength() != 2)
        {
            throw new WeightsFormatException(source, $"the tensor '{name}' has {offsets.GetArrayLength()} data offsets; two are allowed.");
        }

        (long begin, long end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        int? count = TensorShape.Count(shape);
        if (count is null || begin < 0 || end < begin || end - begin != (long)count * SafetensorsHeader.SizeOf(type))
        {
            throw new WeightsFormatException(
                source,
                $"the tensor '{name}' has the data offsets {begin} and {end}, "
                + $"which do not fit {typeName} of shape {TensorShape.Show(shape)}.");
        }

        return new(name, type, shape, count.Value, begin, end);
    }
}
