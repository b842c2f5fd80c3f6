namespace MLNet.MobileNetV2.Tests.WeightsImport;

/// <summary>Feeds a reader damaged copies of a good file, the same ones on every run.</summary>
internal static class Mutations
{
    private const int MaxDoublings = 8;
    private static readonly byte[] s_extremes = [0, 1, 2, 4, 0x7f, 0x80, 0xfe, 0xff];

    /// <summary>
    /// Reads <paramref name="count"/> damaged copies; anything but success or <see cref="WeightsFormatException"/> fails the test.
    /// </summary>
    /// <param name="file">The good file.</param>
    /// <param name="structure">The bytes that are changed; the others are plain values.</param>
    /// <param name="count">How many copies.</param>
    /// <param name="read">The reader.</param>
    /// <returns>How many were refused, and the most memory that one read allocated.</returns>
    public static (int Refused, long MostAllocated) Run(byte[] file, Range structure, int count, Action<ReadOnlyMemory<byte>> read)
    {
        var random = new Random(20_180_113);
        byte[] damaged = [.. file];
        (int start, int length) = structure.GetOffsetAndLength(file.Length);
        (int refused, long mostAllocated) = (0, 0);
        for (int i = 0; i < count; i++)
        {
            int kept = random.Next(8) == 0 ? random.Next(file.Length) : file.Length;
            int changes = 1 << random.Next(MaxDoublings);
            int[] positions = [.. Enumerable.Range(0, changes).Select(_ => start + random.Next(length))];
            foreach (int position in positions)
            {
                damaged[position] = random.Next(2) == 0 ? s_extremes[random.Next(s_extremes.Length)] : (byte)random.Next(256);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(damaged.AsMemory(0, kept));
            }
            catch (WeightsFormatException)
            {
                refused++;
            }

            mostAllocated = Math.Max(mostAllocated, GC.GetAllocatedBytesForCurrentThread() - before);
            foreach (int position in positions)
            {
                damaged[position] = file[position];
            }
        }

        return (refused, mostAllocated);
    }
}
