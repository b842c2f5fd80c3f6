using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>The bytes of an encoded picture as one block of memory.</summary>
internal static class EncodedPicture
{
    /// <summary>The vector's own memory, or a copy where it is sparse.</summary>
    public static ReadOnlySpan<byte> Dense(in VBuffer<byte> bytes)
    {
        if (bytes.IsDense)
        {
            return bytes.GetValues();
        }

        byte[] dense = new byte[bytes.Length];
        bytes.CopyTo(dense);
        return dense;
    }
}
