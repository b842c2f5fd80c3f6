namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>
/// A matrix of floats that grows row by row, in blocks of <see cref="BlockRows"/> rows that are the unit of parallel work. Each row is
/// followed by zeros up to <see cref="Width"/>, and the last block by rows of zeros, so kernels need no remainder loops; the first of
/// the zeros is the place of the bias input.
/// </summary>
internal sealed class FeatureBlocks
{
    /// <summary>Rows of a block: a block of 1280 features fits a core's second-level cache beside the weights of a few classes.</summary>
    public const int BlockRows = 32;

    private readonly List<float[]> _blocks = [];

    /// <summary>An empty matrix.</summary>
    /// <param name="columns">Number of features, at least 1.</param>
    public FeatureBlocks(int columns)
    {
        int step = GradientKernel.ColumnStep;
        Columns = columns;
        Width = checked((columns + step) / step * step);
    }

    /// <summary>Number of features.</summary>
    public int Columns { get; }

    /// <summary>Distance between two rows: more than <see cref="Columns"/>, and a multiple of the kernels' step.</summary>
    public int Width { get; }

    /// <summary>Number of rows added.</summary>
    public int RowCount { get; private set; }

    /// <summary>Number of blocks.</summary>
    public int BlockCount => _blocks.Count;

    /// <summary>The values of a block: <see cref="BlockRows"/> times <see cref="Width"/> floats.</summary>
    public float[] Block(int index) => _blocks[index];

    /// <summary>Number of rows of a block that have been added; only the last block can be short.</summary>
    public int RowsIn(int block) => Math.Min(BlockRows, RowCount - (block * BlockRows));

    /// <summary>A row that has been added: <see cref="Width"/> floats.</summary>
    public Span<float> Row(int index) => _blocks[index / BlockRows].AsSpan(index % BlockRows * Width, Width);

    /// <summary>Adds a row of zeros.</summary>
    /// <returns>Its <see cref="Columns"/> values, to be written by the caller.</returns>
    public Span<float> AddRow()
    {
        int row = RowCount % BlockRows;
        if (row == 0)
        {
            _blocks.Add(new float[checked(BlockRows * Width)]);
        }

        RowCount = checked(RowCount + 1);
        return _blocks[^1].AsSpan(row * Width, Columns);
    }

    /// <summary>The first block of a share of the blocks; share <paramref name="shares"/> gives the end.</summary>
    public int FirstBlockOf(int share, int shares) => (int)((long)BlockCount * share / shares);
}
