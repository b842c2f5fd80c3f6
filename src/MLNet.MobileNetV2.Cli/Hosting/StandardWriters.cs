using System.Text;

namespace MLNet.MobileNetV2.Cli.Hosting;

/// <summary>The process's own writers: UTF-8 into files and pipes on every system, the terminal's encoding into terminals.</summary>
internal static class StandardWriters
{
    public static TextWriter Output() => Console.IsOutputRedirected ? Utf8(Console.OpenStandardOutput()) : Console.Out;

    public static TextWriter Error() => Console.IsErrorRedirected ? Utf8(Console.OpenStandardError()) : Console.Error;

    private static TextWriter Utf8(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
}
