using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>An image to name; or a folder that holds none or cannot be read, and why.</summary>
internal sealed record ImageArgument(string Path, string? Problem = null);

/// <summary>Turns file and folder arguments into images, named as the user named them.</summary>
internal static class ImageArguments
{
    public static IEnumerable<ImageArgument> Expand(
        Terminal terminal, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        arguments.SelectMany(argument => Directory.Exists(argument) ? InFolder(terminal, argument, cancellationToken) : [new(argument)]);

    private static IEnumerable<ImageArgument> InFolder(Terminal terminal, string folder, CancellationToken cancellationToken)
    {
        try
        {
            var listing = ImageFolderListing.Of(folder, cancellationToken);
            terminal.Warn(listing.LeftOut());
            return listing.Images().Select(file => new ImageArgument(file.ImagePath));
        }
        catch (ImageFolderException error)
        {
            return [new(folder, error.Reason)];
        }
    }
}
