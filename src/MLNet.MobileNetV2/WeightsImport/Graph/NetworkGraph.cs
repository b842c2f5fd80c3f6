namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>A file's graph in the form that is recognised.</summary>
/// <param name="Source">The file's name for messages.</param>
/// <param name="FileLength">Bytes of the file: it has no more weights than that, whatever its shapes say.</param>
/// <param name="Side">Side of the image that it takes.</param>
/// <param name="Pictures">The tensors that hold the image, normalised or not.</param>
/// <param name="Steps">The operators, each after those whose results it takes.</param>
internal sealed record NetworkGraph(
    string Source, long FileLength, int Side, IReadOnlySet<int> Pictures, IReadOnlyList<GraphStep> Steps);
