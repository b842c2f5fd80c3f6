namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>A value of the graph that holds the maps of a micro-batch.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Form">The shape that it has there.</param>
/// <param name="Channels">C.</param>
/// <param name="Side">H and W.</param>
internal readonly record struct MapValue(string Name, MapForm Form, int Channels, int Side);
