using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace MLNet.MobileNetV2.Tests.Architecture;

/// <summary>The arrows between the rooms of a project: which uses which, as its compiled types say.</summary>
internal static class RoomArrows
{
    /// <summary>Finds the arrows.</summary>
    /// <param name="assembly">The compiled project.</param>
    /// <param name="project">Its name.</param>
    /// <returns>Each arrow with one use that makes it.</returns>
    public static Dictionary<(string From, string To), string> Of(System.Reflection.Assembly assembly, string project)
    {
        ILookup<string, DeclaredType> declared = SourceRooms.Of(project).ToLookup(type => type.FullName, StringComparer.Ordinal);
        ArchUnitNET.Domain.Architecture architecture = new ArchLoader().LoadAssemblies(assembly).Build();
        var arrows = new Dictionary<(string From, string To), string>();
        foreach (IType origin in architecture.Types.Where(type => type is not GenericParameter))
        {
            foreach (
                IType target in origin.Dependencies.Select(dependency => dependency.Target).Where(
                    type => type is not GenericParameter).Distinct())
            {
                if (RoomOf(origin, declared, project) is { } from && RoomOf(target, declared, project) is { } to && from != to)
                {
                    arrows.TryAdd((from, to), $"{origin.FullName} uses {target.FullName}");
                }
            }
        }

        return arrows;
    }

    // A nested type, one of the compiler's own too, lies in the room of the outermost. Generated sources lie in the room of their
    // namespace.
    private static string? RoomOf(IType type, ILookup<string, DeclaredType> declared, string project)
    {
        string outermost = type.FullName.Split('+')[0].Split('`')[0];
        if (declared[outermost].FirstOrDefault() is { } source)
        {
            return source.Room;
        }

        string prefix = $"{project}.";
        int end = outermost.LastIndexOf('.');
        return outermost.StartsWith(prefix, StringComparison.Ordinal) && end > prefix.Length ? outermost[prefix.Length..end].Replace(
            '.', '/') : null;
    }
}
