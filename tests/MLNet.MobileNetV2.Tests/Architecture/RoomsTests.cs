using System.Reflection;
using MLNet.MobileNetV2.Cli;

namespace MLNet.MobileNetV2.Tests.Architecture;

/// <summary>Rooms have borders: every arrow between them is in the table, points down, and none leads in a circle.</summary>
public sealed class RoomsTests
{
    private const string Library = "MLNet.MobileNetV2";
    private const string CommandLine = "MLNet.MobileNetV2.Cli";
    private const string Detection = "MLNet.MobileNetV2.Detection";

    public static TheoryData<string, string> Projects => new()
    {
        { Library, RoomTable.Library },
        { CommandLine, RoomTable.CommandLine },
        { Detection, RoomTable.Detection },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void Arrows_AreThoseOfTheTable(string project, string table)
    {
        string[] allowed = [.. RoomTable.Read(table).SelectMany(row => row.Uses.Select(used => $"{row.Room} -> {used}"))];
        Dictionary<string, string> found = Arrows(project).ToDictionary(
            arrow => $"{arrow.Key.From} -> {arrow.Key.To}", arrow => arrow.Value);

        Assert.Empty(found.Where(arrow => !allowed.Contains(arrow.Key)).Select(arrow => $"{arrow.Key}: {arrow.Value}"));
        Assert.Empty(allowed.Except(found.Keys));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Table_NamesEveryFolderOnce(string project, string table) => Assert.Equal(
        SourceRooms.Of(project).Select(type => Shown(type.Room)).Concat(WithoutDeclaredTypes(project)).Distinct().Order(
            StringComparer.Ordinal),
        RoomTable.Read(table).Select(row => row.Room).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Table_PointsDownOnly(string project, string table)
    {
        var below = new HashSet<string>();
        foreach ((string room, string[] uses) in RoomTable.Read(table))
        {
            Assert.True(
                uses.All(below.Contains),
                $"{project}: {room} uses {string.Join(", ", uses.Where(used => !below.Contains(used)))}, not below it.");
            below.Add(room);
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Rooms_WithTheirSubRoomsInThem_LeadInNoCircle(string project, string table)
    {
        ILookup<string, string> uses = RoomTable.Read(table)
            .SelectMany(row => row.Uses.Select(used => (From: row.Room.Split('/')[0], To: used.Split('/')[0])))
            .Where(arrow => arrow.From != arrow.To)
            .ToLookup(arrow => arrow.From, arrow => arrow.To);

        foreach (string room in uses.Select(arrows => arrows.Key))
        {
            Assert.False(Leads(room, room, uses, []), $"{project}: a way leads from {room} back to it.");
        }
    }

    [Fact]
    public void Arrows_OfACatalogThatUsesTheTrainer_AreFound() =>
        Assert.Contains((string.Empty, "FineTuning"), RoomArrows.Of(Load(Library), Library).Keys);

    [Fact]
    public void PublicTypes_AreInOneNamespace_AndExtensionsInThatOfWhatTheyExtend()
    {
        string[] allowed = [Library, "Microsoft.ML", "Microsoft.Extensions.DependencyInjection"];

        IEnumerable<string> others = new[] { Library, Detection, $"{Library}.Parquet", $"{Library}.Sqlite" }
            .SelectMany(SourceRooms.Of)
            .Where(type => type.IsPublic && !allowed.Contains(type.Namespace))
            .Select(type => type.FullName);

        Assert.Empty(others);
    }

    [Theory]
    [InlineData(Library)]
    [InlineData(Detection)]
    [InlineData($"{Library}.Parquet")]
    [InlineData($"{Library}.Sqlite")]
    [InlineData(CommandLine)]
    public void InternalTypes_HaveTheNamespaceOfTheirFolder(string project)
    {
        ILookup<string, DeclaredType> byRoom = SourceRooms.Of(project).ToLookup(type => type.Room);

        // A file of a public type may hold what belongs to it alone.
        IEnumerable<string> elsewhere = byRoom.SelectMany(room => room)
            .Where(
                type => !type.IsPublic && type.Namespace != (type.Room.Length == 0 ? project : $"{project}.{type.Room.Replace('/', '.')}"))
            .Select(type => $"{type.FullName} in {type.Room}");

        Assert.Empty(elsewhere);
    }

    private static IEnumerable<KeyValuePair<(string From, string To), string>> Arrows(string project) =>
        RoomArrows.Of(Load(project), project).Select(
            arrow => KeyValuePair.Create((Shown(arrow.Key.From), Shown(arrow.Key.To)), arrow.Value));

    private static Assembly Load(string project) => project switch
    {
        Library => typeof(MobileNetV2Predictor).Assembly,
        Detection => typeof(BoundingBox).Assembly,
        _ => typeof(CommandLine).Assembly,
    };

    private static IEnumerable<string> WithoutDeclaredTypes(string project) => project switch
    {
        Library => ["OnnxSchema"],
        CommandLine => [RoomTable.Front],
        _ => [],
    };

    private static string Shown(string room) => room.Length == 0 ? RoomTable.Front : room;

    private static bool Leads(string from, string to, ILookup<string, string> uses, HashSet<string> seen) =>
        uses[from].Any(next => next == to || (seen.Add(next) && Leads(next, to, uses, seen)));
}
