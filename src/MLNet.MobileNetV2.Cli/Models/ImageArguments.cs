using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>Turns file and folder arguments into pictures, named as the user named them.</summary>
internal static class ImageArguments
{
    public static IEnumerable<ImageArgument> Expand(Terminal terminal, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        arguments.SelectMany(argument => Directory.Exists(argument) ? InFolder(terminal, argument, cancellationToken) : [new(argument)]);

    private static IEnumerable<ImageArgument> InFolder(Terminal terminal, string folder, CancellationToken cancellationToken)
    {
        try
        {
            OtherFiles.Write(terminal, folder, cancellationToken);
            return [.. ImageFolder.ReadUnlabelled(folder, cancellationToken).Select(path => new ImageArgument(PathSpelling.Of(folder, path)))];
        }
        catch (ImageFolderException error)
        {
            return [new(folder, error.Reason)];
        }
    }
}
